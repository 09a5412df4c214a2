#include "expr/resolve.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "expr/path_tree.h"
#include "expr/words.h"
#include "model/limits.h"

namespace stator::expr {

Result<model::DocumentPath> Resolver::path(const PathSyntax& syntax) {
  if (syntax.size() > static_cast<std::size_t>(model::kMaxPathDepth)) {
    return fail_validation(
        fmt::format("The document path has too many nesting levels; nesting levels: {}", syntax.size()));
  }
  model::DocumentPath path;
  path.steps.reserve(syntax.size());
  for (const StepSyntax& step : syntax) {
    switch (step.kind) {
      case StepSyntax::Kind::kIdentifier:
        path.steps.emplace_back(std::string(step.text));
        break;
      case StepSyntax::Kind::kPlaceholder: {
        const std::string* name = placeholders_.name(step.text);
        if (name == nullptr) {
          return fail_validation(fmt::format(
              "An expression attribute name used in the document path is not defined; attribute name: {}", step.text));
        }
        path.steps.emplace_back(*name);
        break;
      }
      case StepSyntax::Kind::kIndex: {
        std::uint32_t index = 0;
        std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
        path.steps.emplace_back(index);
        break;
      }
    }
  }
  return path;
}

Result<SharedValue> Resolver::value(std::string_view placeholder) {
  if (const auto seen = values_.find(placeholder); seen != values_.end()) return seen->second;
  if (const auto found = placeholders_.value(placeholder)) {
    return values_.emplace(placeholder, std::make_shared<const model::Value>(*found)).first->second;
  }
  return fail_validation(
      fmt::format("An expression attribute value used in expression is not defined; attribute value: {}", placeholder));
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

Result<std::vector<model::DocumentPath>> resolve_projection(const Parsed<std::vector<PathSyntax>>& parsed,
                                                            Placeholders& placeholders) {
  TRY(check_words(parsed));
  Resolver resolver(placeholders);
  // Reserved, because the tree points into it.
  std::vector<model::DocumentPath> paths;
  paths.reserve(parsed.tree.size());
  PathTree tree;
  for (auto syntax = parsed.tree.rbegin(); syntax != parsed.tree.rend(); ++syntax) {
    TRY_ASSIGN(model::DocumentPath path, resolver.path(*syntax));
    paths.push_back(std::move(path));
    TRY(tree.add(paths.back()));
  }
  std::ranges::reverse(paths);
  return paths;
}

}  // namespace stator::expr
