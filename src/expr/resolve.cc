#include "expr/resolve.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "expr/path_tree.h"
#include "expr/reserved_words.h"
#include "model/limits.h"

namespace stator::expr {
namespace {

constexpr Check kProjectionOrder[] = {
    Check::kOperators,     Check::kReservedWord, Check::kPathShape,
    Check::kUndefinedName, Check::kOverlap,      Check::kConflict,
};

// List indexes go as far as a Java int.
constexpr std::uint32_t kMaxIndex = std::numeric_limits<std::int32_t>::max();

}  // namespace

model::DocumentPath Resolver::path(const PathSyntax& syntax) {
  model::DocumentPath path;
  path.steps.reserve(syntax.size());
  if (syntax.size() > static_cast<std::size_t>(model::kMaxPathDepth)) {
    findings_.report(Check::kPathShape,
                     fmt::format("The document path has too many nesting levels; nesting levels: {}", syntax.size()));
  }
  for (const StepSyntax& step : syntax) {
    switch (step.kind) {
      case StepSyntax::Kind::kIdentifier:
        if (is_reserved_word(step.text)) {
          findings_.report(Check::kReservedWord,
                           fmt::format("Attribute name is a reserved keyword; reserved keyword: {}", step.text));
        }
        path.steps.emplace_back(std::string(step.text));
        break;
      case StepSyntax::Kind::kPlaceholder: {
        const std::string* name = placeholders_.name(step.text);
        if (name == nullptr) {
          findings_.report(Check::kUndefinedName,
                           fmt::format("An expression attribute name used in the document path is not defined; "
                                       "attribute name: {}",
                                       step.text));
        }
        path.steps.emplace_back(name == nullptr ? std::string() : *name);
        break;
      }
      case StepSyntax::Kind::kIndex: {
        std::uint32_t index = 0;
        const auto [end, error] = std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
        if (error != std::errc() || index > kMaxIndex) {
          findings_.report(Check::kPathShape,
                           fmt::format("List index is not within the allowable range; index: [{}]", step.text));
        }
        path.steps.emplace_back(index);
        break;
      }
    }
  }
  return path;
}

SharedValue Resolver::value(std::string_view placeholder) {
  if (const auto seen = values_.find(placeholder); seen != values_.end()) return seen->second;
  if (const auto found = placeholders_.value(placeholder)) {
    return values_.emplace(placeholder, std::make_shared<const model::Value>(*found)).first->second;
  }
  findings_.report(
      Check::kUndefinedValue,
      fmt::format("An expression attribute value used in expression is not defined; attribute value: {}", placeholder));
  return nullptr;
}

std::string operand_type_text(std::string_view operator_name, model::Type type) {
  return fmt::format("Incorrect operand type for operator or function; operator or function: {}, operand type: {}",
                     operator_name, model::type_name(type));
}

std::string operand_count_text(std::string_view operator_name, std::size_t count) {
  return fmt::format(
      "Incorrect number of operands for operator or function; operator or function: {}, number of operands: {}",
      operator_name, count);
}

std::unexpected<Error> in_parameter(std::string_view parameter, Error error) {
  error.message = fmt::format("Invalid {}: {}", parameter, error.message);
  return std::unexpected(std::move(error));
}

FunctionGroup function_group(std::string_view name) {
  if (name == "size") return FunctionGroup::kSize;
  if (name == "if_not_exists" || name == "list_append") return FunctionGroup::kUpdate;
  for (const Operator op : {Operator::kAttributeExists, Operator::kAttributeNotExists, Operator::kAttributeType,
                            Operator::kBeginsWith, Operator::kContains}) {
    if (name == operator_name(op)) return FunctionGroup::kCondition;
  }
  return FunctionGroup::kUnknown;
}

Result<std::vector<model::DocumentPath>> resolve_projection(const Parsed<std::vector<PathSyntax>>& parsed,
                                                            Placeholders& placeholders) {
  Findings findings(parsed.notes);
  Resolver resolver(placeholders, findings);
  std::vector<model::DocumentPath> paths;
  paths.reserve(parsed.tree.size());
  for (const PathSyntax& path : parsed.tree) paths.push_back(resolver.path(path));
  PathTree tree(findings);
  for (const model::DocumentPath& path : paths) tree.add(path);
  TRY(findings.result(kProjectionOrder));
  return paths;
}

}  // namespace stator::expr
