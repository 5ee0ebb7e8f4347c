/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "client/import/package.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "client/import/import.h"
#include "client/ui/lang.h"

#define READ_BYTES 16384
#define END_RECORD_BYTES 22
#define END_RECORD_REACH 65557 /* the record and the longest comment behind it */

static unsigned le16(const unsigned char *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

/* libzip builds an index of all entries when it opens a zip: refuse a million of them before, by every end record it could
 * choose. */
static bool too_many_entries(const unsigned char *data, size_t bytes)
{
    const unsigned char *end = data + bytes, *at = bytes > END_RECORD_REACH ? end - END_RECORD_REACH : data;
    for (; (at = memmem(at, (size_t)(end - at), "PK\x05\x06", 4)) != NULL && end - at >= END_RECORD_BYTES; at++)
        if (le16(at + 8) > PACKAGE_MAX_ENTRIES || le16(at + 10) > PACKAGE_MAX_ENTRIES)
            return true;
    return false;
}

enum status package_open(struct package *package, const void *data, size_t bytes, struct err *err)
{
    zip_error_t error;
    if (too_many_entries(data, bytes))
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the file is a zip of more than %d entries, no document"),
                       PACKAGE_MAX_ENTRIES);
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(data, bytes, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (!zip) {
        if (source)
            zip_source_free(source);
        enum status s = err_set(err, STATUS_NOT_UNDERSTOOD, _("the file is damaged (%s); open it in Word or WPS and save it again"),
                                zip_error_strerror(&error));
        zip_error_fini(&error);
        return s;
    }
    zip_error_fini(&error);
    *package = (struct package){.zip = zip, .data = data};
    return STATUS_OK;
}

void package_close(struct package *package)
{
    zip_discard(package->zip);
    package->zip = NULL;
}

bool package_has(const struct package *package, const char *part)
{
    return zip_name_locate(package->zip, part, 0) >= 0;
}

/* ---- XML ---- */

struct parse {
    XML_Parser parser;
    const struct xml_sink *sink;
    void *context;
    struct err *err;
    enum status status;
    unsigned depth;
};

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}

long xml_number(const char *const *attributes, const char *name, long fallback, long max)
{
    const char *text = xml_attribute(attributes, name);
    long value = 0;
    if (!text || !*text)
        return fallback;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || value > max)
            return fallback;
        value = value * 10 + (*text - '0');
    }
    return value <= max ? value : fallback;
}

static void stop(struct parse *parse, enum status status)
{
    if (parse->status == STATUS_OK && status != STATUS_OK) {
        parse->status = status;
        XML_StopParser(parse->parser, XML_FALSE);
    }
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct parse *parse = data;
    if (parse->status != STATUS_OK)
        return;
    if (++parse->depth > PACKAGE_MAX_DEPTH) {
        stop(parse,
             err_set(parse->err, STATUS_NOT_UNDERSTOOD, _("the document nests more than %d levels deep"), PACKAGE_MAX_DEPTH));
        return;
    }
    stop(parse, parse->sink->start(parse->context, local_name(name), (const char *const *)attributes, parse->err));
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct parse *parse = data;
    parse->depth--;
    if (parse->status == STATUS_OK)
        stop(parse, parse->sink->end(parse->context, local_name(name), parse->err));
}

static void XMLCALL on_text(void *data, const XML_Char *text, int bytes)
{
    struct parse *parse = data;
    if (parse->status == STATUS_OK && parse->sink->text)
        stop(parse, parse->sink->text(parse->context, text, (size_t)bytes, parse->err));
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
    struct parse *parse = data;
    (void)name;
    (void)system;
    (void)public;
    (void)subset;
    stop(parse,
         err_set(parse->err, STATUS_NOT_UNDERSTOOD, _("the document declares a document type, which no Word or Excel file does")));
}

static enum status feed(struct package *package, zip_file_t *file, struct parse *parse, const char *part)
{
    for (;;) {
        void *room = XML_GetBuffer(parse->parser, READ_BYTES);
        if (!room)
            return err_set(parse->err, STATUS_NO_MEMORY, _("no memory to read %s"), part);
        zip_int64_t n = zip_fread(file, room, READ_BYTES);
        if (n < 0)
            return err_set(parse->err, STATUS_NOT_UNDERSTOOD,
                           _("the file is damaged inside (%s); open it in Word or WPS and save it again"), zip_file_strerror(file));
        package->unpacked_bytes += (size_t)n;
        if (package->unpacked_bytes > PACKAGE_MAX_PART_BYTES)
            return err_set(parse->err, STATUS_NOT_UNDERSTOOD, _("the file unpacks to more than %zu MB: this is no plan document"),
                           PACKAGE_MAX_PART_BYTES >> 20);
        enum XML_Status status = XML_ParseBuffer(parse->parser, (int)n, n == 0);
        if (parse->status != STATUS_OK)
            return parse->status;
        if (status != XML_STATUS_OK)
            return err_set(parse->err, STATUS_NOT_UNDERSTOOD,
                           _("the file is damaged inside (%s, line %lu: %s); open it in Word or WPS and save it again"), part,
                           (unsigned long)XML_GetCurrentLineNumber(parse->parser),
                           XML_ErrorString(XML_GetErrorCode(parse->parser)));
        if (n == 0)
            return STATUS_OK;
    }
}

enum status package_read(struct package *package, const char *part, const struct xml_sink *sink, void *context, struct err *err)
{
    zip_file_t *file = zip_fopen(package->zip, part, 0);
    if (!file)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("the file lacks its part %s or it is encrypted; save it again without a password"), part);
    struct parse parse = {.parser = XML_ParserCreate(NULL), .sink = sink, .context = context, .err = err};
    enum status s = STATUS_NO_MEMORY;
    if (!parse.parser) {
        err_set(err, s, _("no memory to read %s"), part);
        goto out;
    }
    XML_SetUserData(parse.parser, &parse);
    XML_SetElementHandler(parse.parser, on_start, on_end);
    XML_SetCharacterDataHandler(parse.parser, on_text);
    XML_SetStartDoctypeDeclHandler(parse.parser, on_doctype);
    s = feed(package, file, &parse, part);
    XML_ParserFree(parse.parser);
out:
    zip_fclose(file);
    return s;
}
