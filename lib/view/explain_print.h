/*
 * explain_print: explanations one after another in each of the formats that
 * tools have: sentences, JSON, or a table of the steps alone. Knows
 * explanations, their texts and tables.
 */
#ifndef SHIJI_EXPLAIN_PRINT_H
#define SHIJI_EXPLAIN_PRINT_H

#include "analysis/explain.h"
#include "format/table.h"

struct explain_print;

/*
 * Sentences, or one of the formats of tables: whole explanations as json and
 * jsonl, in the others a row for each step and each change of the score, with
 * names also the columns `unit_name` and `item_name`.
 */
struct explain_print *explain_print_new(FILE *out, bool is_text,
    enum table_format format, bool names);
/* `what_if` is as for explain_json(). */
void explain_print_add(struct explain_print *print,
    const struct explanation *explanation,
    const struct counterfactual *what_if);
/* Write what is held, and free: how many there were. */
size_t explain_print_end(struct explain_print *print);

#endif
