#include "analysis/random.h"

/* 2^64 over the golden ratio, made odd. */
static const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);

/* The paper's mix64variant13. */
static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
random_at(uint64_t seed, uint64_t place)
{
	return mix(seed + (place + 1) * step);
}

uint64_t
random_branch(uint64_t seed, uint64_t number)
{
	return mix(random_at(seed, number) ^ step);
}

uint32_t
random_below(uint64_t number, uint32_t count)
{
	return (uint32_t)(((number >> 32) * count) >> 32);
}
