#include "expr/update.h"

#include <algorithm>

#include "expr/apply_update.h"
#include "expr/bound.h"
#include "expr/resolve.h"
#include "expr/statement_size.h"

namespace stator::expr {
namespace {

Result<UpdateProgram> compile_program(std::string_view text, Placeholders& placeholders) {
  TRY_ASSIGN(const auto parsed, parse_update(text));
  TRY_ASSIGN(UpdateProgram program, resolve_update(parsed, placeholders));
  complete(program);
  TRY(check_filled_size(program.statement_size));
  return program;
}

}  // namespace

Result<Update> Update::compile(std::string_view text, Placeholders& placeholders) {
  auto program = compile_program(text, placeholders);
  if (!program) return in_parameter("UpdateExpression", std::move(program).error());
  return Update(std::make_shared<const UpdateProgram>(*std::move(program)));
}

Update Update::none() {
  static const auto kProgram = std::make_shared<const UpdateProgram>();
  return Update(kProgram);
}

Result<model::Item> Update::apply(model::MapView item) const { return apply_update(*program_, item); }

bool Update::creates_item() const {
  const auto& actions = program_->actions;
  return actions.empty() || std::ranges::any_of(actions, [](const UpdateAction& action) {
           return action.section == Section::kSet || action.section == Section::kAdd;
         });
}

std::span<const model::DocumentPath> Update::paths() const { return program_->paths; }

bool Update::is_legacy() const { return program_->legacy; }

std::optional<Update::Assigned> Update::assigned_to(std::string_view name) const {
  for (const UpdateAction& action : program_->actions) {
    if (action.path.steps.size() != 1 || action.path.attribute() != name) continue;
    const UpdateOperand& operand = action.left;
    if (action.section == Section::kAdd) return Assigned{.type = operand.value->view().type(), .value = std::nullopt};
    if (action.section != Section::kSet) return std::nullopt;
    if (action.arithmetic != Arithmetic::kNone) return Assigned{.type = model::Type::kNumber, .value = std::nullopt};
    if (operand.kind == UpdateOperand::Kind::kListAppend) {
      return Assigned{.type = model::Type::kList, .value = std::nullopt};
    }
    if (operand.kind != UpdateOperand::Kind::kValue) return std::nullopt;
    const model::ValueView value = operand.value->view();
    return Assigned{.type = value.type(), .value = value};
  }
  return std::nullopt;
}

std::size_t Update::statement_size() const { return program_->statement_size; }

std::string Update::dump() const { return expr::dump(*program_); }

}  // namespace stator::expr
