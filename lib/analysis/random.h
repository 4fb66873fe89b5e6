/*
 * random: numbers that look random and are the same everywhere. Knows nothing
 * above.
 *
 * SplitMix64 (G. L. Steele Jr., D. Lea, C. H. Flood: Fast Splittable
 * Pseudorandom Number Generators, OOPSLA 2014), written from its description:
 * a counter that goes up by a fixed odd number, and a function that mixes its
 * bits. Any place of the sequence can be asked for by itself; so a draw is the
 * same whoever makes it, in whatever order, on however many threads.
 */
#ifndef SHIJI_RANDOM_H
#define SHIJI_RANDOM_H

#include <stdint.h>

/* The number at a place, from 0, of the sequence of a seed. */
uint64_t random_at(uint64_t seed, uint64_t place);
/* The seed of a sequence of its own, one for each number. */
uint64_t random_branch(uint64_t seed, uint64_t number);
/*
 * The same from 0 to count - 1 (count up to 2^32), each as often as the others
 * to within 1 in 2^32.
 */
uint32_t random_below(uint64_t number, uint32_t count);

#endif
