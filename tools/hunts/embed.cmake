# embed.cmake - writes hunts_text.c: the queries of this folder as arrays of bytes.
# cmake -DOUTPUT=FILE -DFOLDER=tools/hunts -P embed.cmake
file(GLOB QUERIES ${FOLDER}/*.cql)
list(SORT QUERIES)
set(TEXTS "")
set(TABLE "")
foreach(query ${QUERIES})
  get_filename_component(name ${query} NAME_WE)
  string(MAKE_C_IDENTIFIER ${name} symbol)
  file(READ ${query} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND TEXTS "static const unsigned char ${symbol}[] = {${bytes}0};\n")
  string(APPEND TABLE "    {\"${name}\", (const char *)${symbol}, sizeof ${symbol} - 1},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"tools/hunts/hunts.h\"\n\n${TEXTS}
const struct hunt_text hunt_texts[] = {\n${TABLE}    {0},\n};\n")
