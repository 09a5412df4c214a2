// Update expressions, compiled. AttributeUpdates compiles to the same (expr/legacy.h).
// Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "expr/placeholders.h"
#include "model/document_path.h"
#include "model/item.h"

namespace stator::expr {

struct UpdateProgram;  // expr/bound.h

// Immutable and thread-safe once made. Cheap to move.
class Update {
 public:
  explicit Update(std::shared_ptr<const UpdateProgram> program) : program_(std::move(program)) {}

  static Result<Update> compile(std::string_view text, Placeholders& placeholders);
  // An UpdateItem without any update: changes nothing, creates the item.
  static Update none();

  // The item after the update of `item`, an existing item or, for a new one, its key alone. Operands are read from
  // `item` as it was. Errors: an operand of the wrong type, a path that cannot be walked, a number out of range.
  [[nodiscard]] Result<model::Item> apply(model::MapView item) const;

  // False if there are only REMOVEs and DELETEs: then a missing item is not created.
  [[nodiscard]] bool creates_item() const;

  // The paths written, in the expression's order: what UPDATED_OLD and UPDATED_NEW project.
  [[nodiscard]] std::span<const model::DocumentPath> paths() const;

  // What the update is known to make of the attribute `name`, whatever the item is; nothing if that depends on the item
  // or the update leaves the attribute alone.
  struct Assigned {
    model::Type type;
    std::optional<model::ValueView> value;  // if it is known as well; lives as long as the update
  };
  [[nodiscard]] std::optional<Assigned> assigned_to(std::string_view name) const;

  // What the statement itself weighs in the item size check of a standalone UpdateItem (docs/compatibility.md).
  [[nodiscard]] std::size_t statement_size() const;

  // True if it comes from AttributeUpdates, of which some errors are worded otherwise.
  [[nodiscard]] bool is_legacy() const;

  [[nodiscard]] std::string dump() const;

 private:
  std::shared_ptr<const UpdateProgram> program_;
};

}  // namespace stator::expr
