/*
 * i18n: the marks of gettext. Every text that a person reads is marked; codes,
 * columns and keys are not.
 */
#ifndef SHIJI_I18N_H
#define SHIJI_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
/* For constant data, which is translated where it is shown. */
#define N_(text) (text)

#endif
