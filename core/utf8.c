#include "core/utf8.h"
#include "waybill/text.h"

size_t wb_utf8_first(struct wb_slice s)
{
	if (s.len > 0 && s.p[0] < 0x80)
		return 1;
	for (size_t n = 2; n <= 4 && n <= s.len; n++)
		if (wb_utf8_valid(wb_slice(s.p, n)))
			return n;
	return 0;
}

/* The code point of a valid character. */
static uint32_t code_point(struct wb_slice c)
{
	static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t v = c.p[0] & lead_bits[c.len];

	for (size_t i = 1; i < c.len; i++)
		v = (v << 6) | (c.p[i] & 0x3fU);
	return v;
}

bool wb_utf8_control(struct wb_slice c)
{
	uint32_t v = code_point(c);

	return v < 0x20 || (v >= 0x7f && v <= 0x9f) || v == 0x2028 ||
	       v == 0x2029 ||                  /* separators */
	       (v >= 0x202a && v <= 0x202e) || /* embeddings, overrides */
	       (v >= 0x2066 && v <= 0x2069);   /* isolates */
}
