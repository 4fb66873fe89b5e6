/*
 * sampling: numbers and intervals drawn by lot, always the same ones, to hold
 * what is claimed of operations against what they give.
 */
#ifndef SHIJI_TEST_SAMPLING_H
#define SHIJI_TEST_SAMPLING_H

#include "number/interval.h"

struct sampler {
	uint64_t seed;
};

/* A whole number below `bound`. */
size_t sample_below(struct sampler *sampler, size_t bound);
/* A number of a few that meet often: near zero, equal, or far away. */
struct num sample_number(struct sampler *sampler);
struct num sample_above_zero(struct sampler *sampler);
/* Missing, not applicable or failed. */
struct num sample_absent(struct sampler *sampler);

/* A point, a range, one that is open, in doubt, or no number at all. */
struct interval sample_interval(struct sampler *sampler);
/* The same without any that may be no number. */
struct interval sample_range(struct sampler *sampler);
/* What an interval may be: an end, something between, an absence. */
struct num sample_of(struct sampler *sampler, const struct interval *interval);

/* Whether an interval allows for a value. */
bool sample_is_in(struct num value, const struct interval *interval);

/* Append a value, or an interval, for a message. */
void sample_print(struct buffer *out, struct num value);
void sample_print_interval(struct buffer *out, const struct interval *interval);

#endif
