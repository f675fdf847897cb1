#include "client/json.h"

#include <stdlib.h>
#include <string.h>

#include "waybill/text.h"

#define BLOCK 512 /* values allocated together */

struct block {
	struct block *next;
	size_t n;
	struct wb_value value[BLOCK];
};

struct wb_answer {
	struct block *blocks;
	struct wb_value *top;
	char *text; /* our copy, in which strings are unescaped */
};

struct parser {
	struct wb_answer *answer;
	char *at; /* the text has a closing NUL, so *at may be looked at */
	char *end;
	unsigned depth;
};

static struct wb_value *new_value(struct parser *p, enum wb_value_type type)
{
	struct block *block = p->answer->blocks;
	struct wb_value *value;

	if (block == NULL || block->n == BLOCK) {
		block = malloc(sizeof(*block));
		if (block == NULL)
			return NULL;
		block->next = p->answer->blocks;
		block->n = 0;
		p->answer->blocks = block;
	}
	value = &block->value[block->n++];
	*value = (struct wb_value){.type = type};
	return value;
}

static void skip_space(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' ||
	       *p->at == '\r')
		p->at++;
}

static int hex4(struct parser *p, uint32_t *ret)
{
	uint32_t c = 0;

	for (int i = 0; i < 4; i++) {
		char d = *p->at;

		if (d >= '0' && d <= '9')
			c = c << 4 | (uint32_t)(d - '0');
		else if (d >= 'a' && d <= 'f')
			c = c << 4 | (uint32_t)(d - 'a' + 10);
		else if (d >= 'A' && d <= 'F')
			c = c << 4 | (uint32_t)(d - 'A' + 10);
		else
			return WB_EFORM;
		p->at++;
	}
	*ret = c;
	return 0;
}

/* The code point of \uXXXX, behind the u, both halves of a pair. */
static int unicode(struct parser *p, uint32_t *ret)
{
	uint32_t c, low;

	if (hex4(p, &c) != 0 || c == 0)
		return WB_EFORM;
	if (c >= 0xdc00 && c <= 0xdfff)
		return WB_EFORM;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (p->at[0] != '\\' || p->at[1] != 'u')
			return WB_EFORM;
		p->at += 2;
		if (hex4(p, &low) != 0 || low < 0xdc00 || low > 0xdfff)
			return WB_EFORM;
		c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
	}
	*ret = c;
	return 0;
}

/* Shorter than any way to escape it, so it is written in place. */
static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* What stands behind a backslash. */
static int escape(struct parser *p, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *found;
	uint32_t c;

	if (*p->at == 'u') {
		p->at++;
		if (unicode(p, &c) != 0)
			return WB_EFORM;
		*to = put_utf8(*to, c);
		return 0;
	}
	found = *p->at != '\0' ? strchr(from, *p->at) : NULL;
	if (found == NULL)
		return WB_EFORM;
	*(*to)++ = into[found - from];
	p->at++;
	return 0;
}

/* A string, behind its opening quote; unescaped in place. */
static int string(struct parser *p, struct wb_slice *ret)
{
	char *start = p->at, *to = p->at;

	for (;;) {
		size_t plain = strcspn(p->at, "\"\\");

		for (size_t i = 0; i < plain; i++) {
			if ((unsigned char)p->at[i] < 0x20)
				return WB_EFORM;
		}
		memmove(to, p->at, plain);
		to += plain;
		p->at += plain;
		if (*p->at == '\0')
			return WB_EFORM;
		if (*p->at++ == '"')
			break;
		if (escape(p, &to) != 0)
			return WB_EFORM;
	}
	*to = '\0';
	*ret = wb_slice(start, (size_t)(to - start));
	return 0;
}

static int number(struct parser *p, struct wb_slice *ret)
{
	char *start = p->at;

	p->at += *p->at == '-';
	if (*p->at == '0' && p->at[1] >= '0' && p->at[1] <= '9')
		return WB_EFORM;
	p->at += strspn(p->at, "0123456789");
	if (*p->at == '.' || *p->at == 'e' || *p->at == 'E')
		p->at += strspn(p->at, "0123456789.eE+-");
	if (p->at == start || p->at[-1] < '0' || p->at[-1] > '9')
		return WB_EFORM;
	*ret = wb_slice(start, (size_t)(p->at - start));
	return 0;
}

static int word(struct parser *p, const char *expected)
{
	size_t len = strlen(expected);

	if (strncmp(p->at, expected, len) != 0)
		return WB_EFORM;
	p->at += len;
	return 0;
}

static int value(struct parser *p, struct wb_value **ret);

/* "name": of a member. */
static int member_name(struct parser *p, const struct wb_value *object,
		       const char **ret)
{
	struct wb_slice name;

	if (*p->at++ != '"')
		return WB_EFORM;
	if (string(p, &name) != 0)
		return WB_EFORM;
	skip_space(p);
	if (*p->at != ':')
		return WB_EFORM;
	p->at++;
	skip_space(p);
	*ret = (const char *)name.p;
	return wb_member(object, *ret) == NULL ? 0 : WB_EFORM;
}

/* What a list or object holds, behind its bracket. */
static int members(struct parser *p, struct wb_value *parent, char close)
{
	const struct wb_value **link = &parent->first;
	struct wb_value *child;
	const char *name = NULL;
	int rc;

	if (++p->depth > WB_ANSWER_DEPTH)
		return WB_ELIMIT;
	skip_space(p);
	if (*p->at == close) {
		p->at++;
		p->depth--;
		return 0;
	}
	for (;;) {
		if (close == '}') {
			rc = member_name(p, parent, &name);
			if (rc != 0)
				return rc;
		}
		rc = value(p, &child);
		if (rc != 0)
			return rc;
		child->name = name;
		*link = child;
		link = &child->next;
		parent->n++;
		skip_space(p);
		if (*p->at == close)
			break;
		if (*p->at++ != ',')
			return WB_EFORM;
		skip_space(p);
	}
	p->at++;
	p->depth--;
	return 0;
}

static int value(struct parser *p, struct wb_value **ret)
{
	static const struct {
		char first;
		enum wb_value_type type;
	} kind[] = {{'n', WB_V_NULL},   {'f', WB_V_FALSE}, {'t', WB_V_TRUE},
		    {'"', WB_V_STRING}, {'[', WB_V_LIST},  {'{', WB_V_OBJECT}};
	enum wb_value_type type = WB_V_NUMBER;
	struct wb_value *v;

	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		if (*p->at == kind[i].first)
			type = kind[i].type;
	}
	v = new_value(p, type);
	if (v == NULL)
		return WB_ENOMEM;
	*ret = v;
	switch (type) {
	case WB_V_NULL:
		return word(p, "null");
	case WB_V_FALSE:
		return word(p, "false");
	case WB_V_TRUE:
		return word(p, "true");
	case WB_V_NUMBER:
		return number(p, &v->text);
	case WB_V_STRING:
		p->at++;
		return string(p, &v->text);
	case WB_V_LIST:
		p->at++;
		return members(p, v, ']');
	case WB_V_OBJECT:
		p->at++;
		return members(p, v, '}');
	}
	return WB_EFORM;
}

int wb_answer_parse(struct wb_slice text, struct wb_answer **ret)
{
	struct wb_answer *answer;
	struct parser p;
	int rc;

	if (!wb_utf8_valid(text) ||
	    (text.len > 0 && memchr(text.p, '\0', text.len) != NULL))
		return WB_EFORM;
	answer = calloc(1, sizeof(*answer));
	if (answer == NULL)
		return WB_ENOMEM;
	answer->text = malloc(text.len + 1);
	if (answer->text == NULL) {
		free(answer);
		return WB_ENOMEM;
	}
	if (text.len > 0)
		memcpy(answer->text, text.p, text.len);
	answer->text[text.len] = '\0';
	p = (struct parser){answer, answer->text, answer->text + text.len, 0};
	skip_space(&p);
	rc = value(&p, &answer->top);
	if (rc == 0) {
		skip_space(&p);
		if (p.at != p.end)
			rc = WB_EFORM;
	}
	if (rc != 0) {
		wb_answer_free(answer);
		return rc;
	}
	*ret = answer;
	return 0;
}

void wb_answer_free(struct wb_answer *answer)
{
	struct block *next;

	if (answer == NULL)
		return;
	for (struct block *b = answer->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(answer->text);
	free(answer);
}

const struct wb_value *wb_answer_top(const struct wb_answer *answer)
{
	return answer->top;
}

const struct wb_value *wb_member(const struct wb_value *v, const char *name)
{
	if (v == NULL || v->type != WB_V_OBJECT)
		return NULL;
	for (const struct wb_value *m = v->first; m != NULL; m = m->next) {
		if (strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

const char *wb_string(const struct wb_value *v)
{
	if (v == NULL || v->type != WB_V_STRING)
		return "";
	return (const char *)v->text.p;
}

const char *wb_string_of(const struct wb_value *v, const char *name)
{
	return wb_string(wb_member(v, name));
}

bool wb_number(const struct wb_value *v, uint64_t *ret)
{
	return v != NULL && v->type == WB_V_NUMBER &&
	       wb_parse_dec(v->text, ret) == 0;
}
