/*
 * grade: which grade each unit gets by its total, as the scheme's Grade records
 * say, group by group of its pool. Knows scoring; scores no item.
 */
#ifndef SHIJI_GRADE_H
#define SHIJI_GRADE_H

#include "score/scoring.h"

/*
 * Set the result's grades, once its totals are there. A scheme without grades
 * is not to be asked for them.
 */
void grade_units(struct scoring *scoring);

#endif
