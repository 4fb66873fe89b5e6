/*
 * version: which program this is, and by which rules it computes. Knows
 * nothing.
 */
#ifndef SHIJI_VERSION_H
#define SHIJI_VERSION_H

/* Of the suite; close records name it. */
#define SHIJI_VERSION "0.2.0"
/*
 * Of what is computed and how results are written: raised when the same
 * records would give other bytes in closed/, so that a proof can tell a close
 * made by other rules from one that was forged.
 */
#define SHIJI_RULES 1

#endif
