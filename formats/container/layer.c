/* layer.c - what all layers share. */
#include "formats/container/layer.h"

const char *layer_whose(const struct layer *layer) {
    return layer->level == 0 ? "" : " of the unpacked data";
}
