#include "api/transact_write_items.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "api/table_parameters.h"
#include "api/transact_write_input.h"
#include "api/wording.h"
#include "base/bytes.h"
#include "model/limits.h"

namespace stator::api {
namespace {

constexpr std::size_t kMostPayloadBytes = std::size_t{4} * 1024 * 1024;

bool has_expression(const TransactActionInput& input) { return input.update_expression || input.condition_expression; }

// What one action weighs in the limit of a transaction's payload: all that it brings along, not what it finds.
std::size_t payload_size(const model::Item& item, const TransactActionInput& input) {
  std::size_t size = model::item_size(item.view());
  if (input.update_expression) size += input.update_expression->size();
  if (input.condition_expression) size += input.condition_expression->size();
  if (!has_expression(input)) return size;
  if (input.names) {
    for (const auto& [placeholder, name] : *input.names) size += name.size();
  }
  if (input.values) {
    for (const auto& [placeholder, value] : *input.values) {
      if (!value.problem) size += model::attribute_size(value.value.view());
    }
  }
  return size;
}

// The bytes that are digested. Whatever can be sent in two ways without a difference in meaning, the order of a map's
// entries and the spelling of numbers, has one form here.
class CanonicalActions {
 public:
  // `action` as far as it is known without its expressions, which are taken as `input` has them.
  void add(const TransactWriteItems::Action& action, const TransactActionInput& input) {
    bytes_.push_back(static_cast<char>(action.kind));
    add(action.table_name);
    add(action.item.encoded());
    add_optional(input.update_expression);
    add_optional(input.condition_expression);
    bytes_.push_back(action.return_old_on_failure ? '\1' : '\0');
    // Where there is no expression, these are ignored.
    if (!has_expression(input)) return;
    add_sorted(input.names, [](const std::string& name) -> std::string_view { return name; });
    add_sorted(input.values, [](const WireValue& value) {
      return value.problem ? std::string_view() : value.value.view().encoded();
    });
  }

  [[nodiscard]] std::string digest() const {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
  }

 private:
  void add(std::string_view text) {
    append_varint(bytes_, text.size());
    bytes_ += text;
  }
  void add_optional(const std::optional<std::string>& text) {
    bytes_.push_back(text ? '\1' : '\0');
    if (text) add(*text);
  }
  template <class Entries, class Text>
  void add_sorted(const std::optional<Entries>& entries, Text text_of) {
    std::vector<std::pair<std::string_view, std::string_view>> sorted;
    if (entries) {
      for (const auto& [name, entry] : *entries) sorted.emplace_back(name, text_of(entry));
    }
    std::ranges::sort(sorted);
    append_varint(bytes_, sorted.size());
    for (const auto& [name, entry] : sorted) {
      add(name);
      add(entry);
    }
  }

  std::string bytes_;
};

// The one action of an element.
Result<TransactAction> kind_of(const TransactWriteItemInput& item) {
  const auto is_given = [](const std::optional<TransactActionInput>& action) { return action.has_value(); };
  switch (std::ranges::count_if(item.actions, is_given)) {
    case 0:
      return fail_validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
    case 1:
      return static_cast<TransactAction>(std::ranges::find_if(item.actions, is_given) - item.actions.begin());
    default:
      return fail_validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
}

Result<void> compile_expressions(TransactActionInput& input, TransactWriteItems::Action& action) {
  // Names and values without an expression to use them are ignored, as the service does here.
  if (!has_expression(input)) return {};
  TRY_ASSIGN(expr::Placeholders placeholders,
             make_placeholders(kOlderWording, std::move(input.names), std::move(input.values)));
  if (input.update_expression) {
    TRY_ASSIGN(action.update, expr::Update::compile(*input.update_expression, placeholders));
  }
  if (input.condition_expression) {
    TRY_ASSIGN(action.condition, expr::Condition::compile(expr::Parameter::kConditionExpression,
                                                          *input.condition_expression, placeholders));
  }
  return placeholders.check_all_used();
}

// The action but for its expressions.
Result<TransactWriteItems::Action> take_target(TransactAction kind, TransactActionInput& input) {
  TransactWriteItems::Action action;
  action.kind = kind;
  action.table_name = *std::move(input.table_name);
  TRY_ASSIGN(action.item, take_item(kOlderWording, *std::move(input.item)));
  if (kind == TransactAction::kPut) {
    action.item_size = model::item_size(action.item.view());
    if (action.item_size > model::kMaxItemBytes) {
      return fail_validation("Item size has exceeded the maximum allowed size");
    }
  }
  action.return_old_on_failure = input.return_values_on_failure == "ALL_OLD";
  return action;
}

}  // namespace

Result<TransactWriteItems::Request> TransactWriteItems::decode(Object body) {
  TransactWriteItemsInput input;
  TRY(read_transact_write(body, input));
  TRY(check_constraints(input));
  Request request;
  request.actions.reserve(input.items->entries.size());
  CanonicalActions canonical;
  std::size_t payload = 0;
  for (TransactWriteItemInput& item : input.items->entries) {
    TRY_ASSIGN(const TransactAction kind, kind_of(item));
    TransactActionInput& sent = *item.actions[static_cast<std::size_t>(kind)];
    TRY_ASSIGN(Action action, take_target(kind, sent));
    payload += payload_size(action.item, sent);
    if (input.client_request_token) canonical.add(action, sent);
    TRY(compile_expressions(sent, action));
    if (payload > kMostPayloadBytes) {
      return fail_validation(fmt::format("Transaction payload size cannot exceed 4MB. Payload Size: {}", payload));
    }
    request.actions.push_back(std::move(action));
  }
  if (input.client_request_token) request.digest = canonical.digest();
  request.token = std::move(input.client_request_token);
  request.report = report_options(input.return_consumed_capacity, input.return_item_collection_metrics);
  return request;
}

void TransactWriteItems::render(const Response& response, std::string& out) {
  out.push_back('{');
  if (!response.collections.empty()) {
    out += "\"ItemCollectionMetrics\":{";
    for (const auto& [table_name, collections] : response.collections) {
      if (out.back() != '{') out.push_back(',');
      append_item_collection_metrics(out, table_name, collections);
    }
    out.push_back('}');
  }
  if (!response.consumed.empty()) {
    if (out.back() != '{') out.push_back(',');
    out += "\"ConsumedCapacity\":";
    append_consumed_capacities(out, response.consumed);
  }
  out.push_back('}');
}

}  // namespace stator::api
