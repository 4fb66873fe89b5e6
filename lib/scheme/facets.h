/*
 * facets: what is known of a function or an aggregate without running it. Zero
 * is that nothing is known, which is always safe.
 */
#ifndef SHIJI_FACETS_H
#define SHIJI_FACETS_H

/* Where one number rises and the others stay. */
enum monotone {
	MONOTONE_UNKNOWN,
	MONOTONE_RISING,	  /* it never falls, and always has a value */
	MONOTONE_RISING_FROM_ZERO /* the same where no number is below zero */
};

/* Where it has a value, that value is not zero. */
enum sign {
	SIGN_UNKNOWN,
	SIGN_ALL,    /* but above it, where all its numbers are */
	SIGN_ANY,    /* the same where one of them is */
	SIGN_ALWAYS, /* the same whatever they are */
	SIGN_NONZERO /* where its number is not */
};

#endif
