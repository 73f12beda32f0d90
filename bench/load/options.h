/* The command line: --name value, in any order; what is not given has a default. */
#ifndef POSTERN_OPTIONS_H
#define POSTERN_OPTIONS_H

/* Must be called first: refuses names that are not among the known ones (ended by a null), and a name without value. */
void options_take(int count, char **words, const char *const *known);

const char *option_text(const char *name, const char *otherwise);

/* Refuses what is no number from least to most. */
long option_number(const char *name, long least, long most, long otherwise);

#endif
