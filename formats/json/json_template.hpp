// json_template.hpp - simdjson's On-Demand parser for one ISA level.
//
// A file json_<isa>.cpp defines TRAWL_ISA and TRAWL_KERNEL, includes this and is compiled with that
// level's -m flags. Only the lowest level's object may run on any machine, and the linker keeps one
// copy of each inline function that several objects emit: so everything here is in an unnamed
// namespace or in simdjson's namespace of that level, uses nothing of the standard library beyond
// what simdjson.h itself inlines, and json_westmere.cpp is linked first.
//
// How On-Demand is used. parser::iterate_raw runs stage 1 (UTF-8, ends of strings, the place of
// every token) and gives a json_iterator over the tokens. Values are wanted as raw bytes with their
// exact ends, which the classes above the iterator (object, value) do not give; they also take any
// closing bracket for any opening one. So the walk here goes over the tokens itself, forward and
// lazily, as they do.

// simdjson's own checks of how it is called are assertions; they are on where NDEBUG is not set,
// and cost a quarter of the speed.
#ifndef NDEBUG
#define NDEBUG
#endif
#define SIMDJSON_DEVELOPMENT_CHECKS 0
#define SIMDJSON_EXCEPTIONS 0
#define SIMDJSON_BUILTIN_IMPLEMENTATION TRAWL_ISA
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <simdjson.h>
#pragma GCC diagnostic pop

#include "formats/json/internal.h"

namespace {

namespace ondemand = simdjson::TRAWL_ISA::ondemand;

#define TRAWL_TEXT_OF(name) TRAWL_TEXT_OF_(name)
#define TRAWL_TEXT_OF_(name) #name

// A parser keeps the memory for records of this many bytes. A longer one gets what it needs, which
// the next shorter one gives back (stage 1 takes 4 bytes per byte of text).
constexpr size_t capacity_least = size_t{64} << 10;
constexpr size_t capacity_keep = size_t{1} << 20;

// Stage 1 is a virtual call into libsimdjson. Left alone, ondemand::parser asks for the
// implementation that the whole process has set active. A parser for a level of its own needs that
// pointer set first, and it is private; explicit instantiation is exempt from access checks
// ([temp.spec]/6), so this reaches it without touching the state of the process.
using implementation_pointer = std::unique_ptr<simdjson::internal::dom_parser_implementation>;
implementation_pointer &implementation_of(ondemand::parser &parser);
template <implementation_pointer ondemand::parser::*Member>
struct reach {
    friend implementation_pointer &implementation_of(ondemand::parser &parser) {
        return parser.*Member;
    }
};
template struct reach<&ondemand::parser::implementation>;

struct state {
    ondemand::parser parser;
    const simdjson::implementation *level = nullptr;
};

void *create() {
    const simdjson::implementation *level = nullptr;
    for (const simdjson::implementation *each : simdjson::get_available_implementations())
        if (strcmp(each->name().c_str(), TRAWL_TEXT_OF(TRAWL_ISA)) == 0) level = each;
    auto *made = new (std::nothrow) state();
    if (!made) return nullptr;
    made->level = level;
    ondemand::parser &parser = made->parser;
    if (!level || !level->supported_by_runtime_system() ||
        level->create_dom_parser_implementation(capacity_least, 1, implementation_of(parser)) ||
        parser.allocate(capacity_least, 1)) {
        delete made;
        return nullptr;
    }
    return made;
}

void destroy(void *made) {
    delete static_cast<state *>(made);
}

bool utf8(void *made, struct text text) {
    return static_cast<state *>(made)->level->validate_utf8(text.data, text.length);
}

bool make_room(ondemand::parser &parser, size_t length) {
    size_t capacity = parser.capacity();
    if (length <= capacity && (capacity <= capacity_keep || length > capacity_keep)) return true;
    size_t wanted = capacity_least;
    while (wanted < length && wanted < capacity_keep) wanted *= 2;
    if (wanted < length) wanted = length + length / 4;
    if (wanted > simdjson::SIMDJSON_MAXSIZE_BYTES) wanted = simdjson::SIMDJSON_MAXSIZE_BYTES;
    return length <= wanted && parser.allocate(wanted, 1) == simdjson::SUCCESS;
}

// One text's tokens. Positions count tokens; 0 as a result means failure, with walk->message set
// (no value ends at token 0).
struct tokens {
    struct json_walk *walk;
    const char *text;
    const uint32_t *starts;  // [count + 1]; the last is the text's length
    uint32_t count;
    const char
        *escape;  // the first backslash behind what was asked about so far; or the text's end

    char first(uint32_t token) const {
        return text[starts[token]];
    }
    // The token's bytes: up to the next token, without white space.
    struct text bytes(uint32_t token) const {
        const char *start = text + starts[token], *end = text + starts[token + 1];
        while (json_is_space(end[-1])) end--;
        return {start, static_cast<size_t>(end - start)};
    }
    // The token is a string: its bytes between the quotes. After its closing quote stage 1 lets
    // only white space come before the next token.
    struct text inside(uint32_t token) const {
        struct text whole = bytes(token);
        return {whole.data + 1, whole.length - 2};
    }
    // Whether a backslash is in these bytes; asked from front to back, so that each byte is looked
    // at once.
    bool escaped(struct text part) {
        if (escape < part.data) {
            const char *end = text + starts[count];
            escape = static_cast<const char *>(
                memchr(part.data, '\\', static_cast<size_t>(end - part.data)));
            if (!escape) escape = end;
        }
        return escape < part.data + part.length;
    }
    uint32_t fail(const char *message) {
        walk->message = message;
        return 0;
    }
    uint32_t fail_ended() {
        return fail("ends before its last bracket");
    }

    enum json_outcome start(ondemand::parser &parser, struct text whole);
    uint32_t skip(uint32_t at);
    uint32_t check(uint32_t at);
    uint32_t value(uint32_t at, const struct json_key *key, struct json_value *out);
    uint32_t object(uint32_t at, const struct json_node *node);
    uint32_t array(uint32_t at, const struct json_column *columns, size_t wanted);
    bool member(uint32_t at, const struct json_node *node, struct json_column *wanted);
    uint32_t keep(uint32_t at, const struct json_key *key, const struct json_key *array,
                  uint32_t element);
    uint32_t next(uint32_t at, char bracket, bool *closed);
    enum json_outcome finish(uint32_t after);
};

enum json_outcome tokens::start(ondemand::parser &parser, struct text whole) {
    if (whole.length > simdjson::SIMDJSON_MAXSIZE_BYTES) {
        fail("is longer than 4 GiB");
        return JSON_MALFORMED;
    }
    if (!make_room(parser, whole.length)) return JSON_NO_MEMORY;
    simdjson::padded_string_view view(whole.data, whole.length, whole.length + TEXT_PADDING);
    ondemand::json_iterator iterator;
    switch (parser.iterate_raw(view).get(iterator)) {
        case simdjson::SUCCESS:
            break;
        case simdjson::UTF8_ERROR:
            return JSON_BAD_UTF8;
        case simdjson::EMPTY:
            fail("is empty");
            return JSON_MALFORMED;
        case simdjson::UNESCAPED_CHARS:
            fail("has a control character in a string");
            return JSON_MALFORMED;
        case simdjson::UNCLOSED_STRING:
            fail("ends inside a string");
            return JSON_MALFORMED;
        case simdjson::MEMALLOC:
        case simdjson::CAPACITY:
            return JSON_NO_MEMORY;
        default:
            fail("is not JSON");
            return JSON_MALFORMED;
    }
    text = whole.data;
    escape = whole.data - 1;
    starts = iterator.position();
    count = implementation_of(parser)->n_structural_indexes;
    return JSON_OK;
}

// What a token's first byte adds to the brackets that are open: curly ones below, square ones
// above 2^32. The sum is zero behind the value's last bracket and, apart from brackets that cross
// each other, nowhere before. Crossings are seen at the value's end or by `check`, not inside: a
// stack of brackets costs four times as much, on most bytes of a record.
struct bracket_table {
    int64_t weight[256];
    constexpr bracket_table() : weight() {
        weight[static_cast<unsigned char>('{')] = 1;
        weight[static_cast<unsigned char>('}')] = -1;
        weight[static_cast<unsigned char>('[')] = int64_t{1} << 32;
        weight[static_cast<unsigned char>(']')] = -(int64_t{1} << 32);
    }
};
constexpr bracket_table brackets;

// Past the object or array that starts here.
uint32_t tokens::skip(uint32_t at) {
    uint32_t opening = starts[at];
    int64_t open = brackets.weight[static_cast<unsigned char>(first(at))];
    while (open != 0) {
        if (++at >= count) return fail_ended();
        open += brackets.weight[static_cast<unsigned char>(first(at))];
    }
    // The bracket that closes is two above the one that opens.
    if (first(at) != text[opening] + 2) return fail("has brackets that cross");
    return at + 1;
}

bool scalar(struct text bytes, struct json_value *out) {
    char c = bytes.data[0];
    bool number = c == '-' || (c >= '0' && c <= '9');
    out->type = number ? JSON_NUMBER : json_atom(bytes.data, bytes.length);
    out->escaped = false;
    out->raw = bytes;
    return number ? json_number_valid(bytes.data, bytes.length) : out->type != JSON_ABSENT;
}

// The value that starts here, byte by byte; the position behind it.
uint32_t tokens::check(uint32_t at) {
    uint64_t in_object[JSON_DEPTH / 64 + 1] = {0};
    uint32_t depth = 0;
    enum { VALUE, KEY, AFTER } expect = VALUE;
    for (;;) {
        if (at >= count) return fail_ended();
        char c = first(at);
        bool object = depth > 0 && (in_object[(depth - 1) / 64] >> ((depth - 1) % 64) & 1);
        if (expect == AFTER) {
            if (c == ',') {
                expect = object ? KEY : VALUE;
            } else if (c == (object ? '}' : ']')) {
                depth--;
            } else {
                return fail("lacks a comma or a bracket");
            }
            at++;
        } else if (expect == KEY) {
            if (c != '"') return fail("has a key that is not a string");
            struct text key = inside(at);
            if (!json_escapes_valid(key.data, key.length)) return fail("has a bad escape");
            if (at + 1 >= count) return fail_ended();
            if (first(at + 1) != ':') return fail("lacks a colon");
            at += 2;
            expect = VALUE;
        } else if (c == '{' || c == '[') {
            if (depth == JSON_DEPTH) return fail("is nested too deeply");
            uint64_t bit = uint64_t{1} << (depth % 64);
            if (c == '{')
                in_object[depth / 64] |= bit;
            else
                in_object[depth / 64] &= ~bit;
            depth++;
            if (++at >= count) return fail_ended();
            if (first(at) == (c == '{' ? '}' : ']')) {
                depth--;
                at++;
                expect = AFTER;
            } else {
                expect = c == '{' ? KEY : VALUE;
            }
        } else {
            struct json_value unused;
            if (c == '"') {
                struct text string = inside(at);
                if (!json_escapes_valid(string.data, string.length))
                    return fail("has a bad escape");
            } else if (!scalar(bytes(at), &unused)) {
                return fail("has a value that is not JSON");
            }
            at++;
            expect = AFTER;
        }
        if (depth == 0 && expect == AFTER) return at;
    }
}

// The value that starts here, reading into it where paths go on below the key (which may be null).
uint32_t tokens::value(uint32_t at, const struct json_key *key, struct json_value *out) {
    char c = first(at);
    if (c == '"') {
        *out = {JSON_STRING, false, inside(at)};
        out->escaped = escaped(out->raw);
        return at + 1;
    }
    if (c != '{' && c != '[') {
        if (!scalar(bytes(at), out)) return fail("has a value that is not JSON");
        return at + 1;
    }
    bool below = c == '{' && key && key->child != JSON_NO_NODE;
    uint32_t end = below ? object(at, &walk->paths->nodes[key->child]) : skip(at);
    if (end == 0) return 0;
    const char *start = text + starts[at];
    out->type = c == '{' ? JSON_OBJECT : JSON_ARRAY;
    out->escaped = false;
    out->raw = {start, static_cast<size_t>(text + starts[end - 1] + 1 - start)};
    return end;
}

// The key at this token, and what is wanted of its value. Here and in keep, values stay in
// registers and only copies of them go out to functions elsewhere: written to memory field by field
// and read back whole, each would cost the walk a stall for every member.
bool tokens::member(uint32_t at, const struct json_node *node, struct json_column *wanted) {
    struct text name = inside(at);
    if (escaped(name)) {
        struct text plain = name;
        if (!json_walk_escaped_key(walk, &plain)) {
            fail("has a bad escape");
            return false;
        }
        name = plain;
    }
    *wanted = json_column_find(walk->paths, node, name);
    return true;
}

// The value that starts here, filed where it is wanted.
uint32_t tokens::keep(uint32_t at, const struct json_key *key, const struct json_key *array,
                      uint32_t element) {
    if (key && !json_walk_meet(walk, key)) key = nullptr;
    struct json_value found;
    at = value(at, key, &found);
    if (at == 0) return 0;
    if (key && key->slot != JSON_NO_SLOT) json_walk_store(walk, key->slot, found);
    if (key && key->child != JSON_NO_NODE && found.type == JSON_STRING) {
        struct json_value copy = found;
        json_walk_string(walk, key->child, &copy);
    }
    if (array) {
        struct json_value copy = found;
        json_walk_element(walk, array, element, &copy);
    }
    return at;
}

// Between members: past the comma, or past the closing bracket with *closed.
uint32_t tokens::next(uint32_t at, char bracket, bool *closed) {
    if (at >= count) return fail_ended();
    *closed = first(at) == bracket;
    if (!*closed && first(at) != ',') return fail("lacks a comma or a bracket");
    if (!*closed && at + 1 >= count) return fail_ended();
    return at + 1;
}

// The object that starts here. Nests only as deep as the tree of paths.
uint32_t tokens::object(uint32_t at, const struct json_node *node) {
    if (++at >= count) return fail_ended();
    bool closed = first(at) == '}';
    if (closed) return at + 1;
    while (!closed) {
        // Key, colon, value, and a comma or bracket at least.
        if (first(at) != '"') return fail("has a key that is not a string");
        if (at + 3 >= count) return fail_ended();
        if (first(at + 1) != ':') return fail("lacks a colon");
        struct json_column wanted;
        if (!member(at, node, &wanted)) return 0;
        at = keep(at + 2, wanted.key, wanted.array, wanted.element);
        if (at == 0 || (at = next(at, '}', &closed)) == 0) return 0;
    }
    return at;
}

// The row of a table that starts here.
uint32_t tokens::array(uint32_t at, const struct json_column *columns, size_t wanted) {
    if (++at >= count) return fail_ended();
    bool closed = first(at) == ']';
    if (closed) return at + 1;
    for (size_t i = 0; !closed; i++) {
        struct json_column column = i < wanted ? columns[i] : json_column{nullptr, nullptr, 0};
        at = keep(at, column.key, column.array, column.element);
        if (at == 0 || (at = next(at, ']', &closed)) == 0) return 0;
    }
    return at;
}

// After the value: white space and commas only; after JSON text in a string, white space only.
enum json_outcome tokens::finish(uint32_t after) {
    if (after == 0) return JSON_MALFORMED;
    for (; after < count; after++) {
        if (first(after) == ',' && walk->depth == 0) continue;
        fail("has something behind its end");
        return JSON_TRAILING;
    }
    return JSON_OK;
}

enum json_outcome project(void *made, struct json_walk *walk, const struct json_node *node,
                          const struct json_column *columns, size_t wanted, struct text text,
                          bool strict) {
    struct tokens tokens = {walk, nullptr, nullptr, 0, nullptr};
    enum json_outcome outcome = tokens.start(static_cast<state *>(made)->parser, text);
    if (outcome != JSON_OK) return outcome;
    bool other = tokens.first(0) != (node ? '{' : '[');
    if (other || strict) {
        uint32_t after = tokens.check(0);
        if (after == 0) return JSON_MALFORMED;
        outcome = tokens.finish(after);
        if (outcome != JSON_OK) return outcome;
        if (other) {
            tokens.fail(node ? "is not an object" : "is not an array");
            return JSON_NOT_OBJECT;
        }
    }
    return tokens.finish(node ? tokens.object(0, node) : tokens.array(0, columns, wanted));
}

enum json_outcome project_object(void *made, struct json_walk *walk, const struct json_node *node,
                                 struct text text, bool strict) {
    return project(made, walk, node, nullptr, 0, text, strict);
}

enum json_outcome project_array(void *made, struct json_walk *walk,
                                const struct json_column *columns, size_t count, struct text text,
                                bool strict) {
    return project(made, walk, nullptr, columns, count, text, strict);
}

}  // namespace

extern const struct json_kernel TRAWL_KERNEL = {create, destroy, project_object, project_array,
                                                utf8};
