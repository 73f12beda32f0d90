#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "machine.h"

static int word_count;
static char **all_words;

static int is_known(const char *word, const char *const *known) {
    for (; *known; known++)
        if (!strcmp(word, *known)) return 1;
    return 0;
}

void options_take(int count, char **words, const char *const *known) {
    word_count = count;
    all_words = words;
    for (int i = 1; i < count; i += 2) {
        if (!is_known(words[i], known)) refuse("%s is no option of this program", words[i]);
        if (i + 1 == count) refuse("%s needs a value", words[i]);
    }
}

const char *option_text(const char *name, const char *otherwise) {
    for (int i = 1; i + 1 < word_count; i += 2)
        if (!strcmp(all_words[i], name)) return all_words[i + 1];
    return otherwise;
}

long option_number(const char *name, long least, long most, long otherwise) {
    const char *text = option_text(name, 0);
    if (!text) return otherwise;
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || *end || number < least || number > most)
        refuse("%s is %s; it must be a number from %ld to %ld", name, text, least, most);
    return number;
}
