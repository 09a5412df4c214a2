// The canonical form of a request, which its signature is of.
// Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, steps 1 and 2.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace stator::auth {

// The sum of what a client must have signed. `signed_headers`: names as the signature lists them, "host;x-amz-date".
// The payload is the body as it was sent, of presigned requests too. Takes time with the number of names times that of
// headers.
[[nodiscard]] std::string canonical_request(const http::Request& request, std::string_view signed_headers);

// Without empty segments, "." and ".."; every byte but unreserved ones as %XX, those of such triplets too.
void append_canonical_path(std::string& out, std::string_view path);
// Parameters in the order of their names and values; without X-Amz-Signature, which cannot be signed.
void append_canonical_query(std::string& out, std::string_view query);
// "name:value,value\n" of each name.
void append_canonical_headers(std::string& out, const http::Request& request, std::string_view names);

}  // namespace stator::auth
