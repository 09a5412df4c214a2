// UpdateTable. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/json_object.h"
#include "api/table_description.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

// What a GlobalSecondaryIndexUpdate asks for.
struct CreateIndex {
  model::Index index;  // not numbered yet
  bool has_throughput = false;
};
// At least one of what follows the name is given, or the service has words for it.
struct UpdateIndex {
  std::string name;
  std::optional<model::Throughput> throughput = {};
  std::optional<model::OnDemandThroughput> on_demand_throughput = {};  // as of the table
};
struct DeleteIndex {
  std::string name;
};
using IndexChange = std::variant<CreateIndex, UpdateIndex, DeleteIndex>;
// The index is created or deleted.
[[nodiscard]] inline bool comes_or_goes(const IndexChange& change) {
  return !std::holds_alternative<UpdateIndex>(change);
}

struct UpdateTable {
  // At least one of what follows the name is given, and no two that the service does not take together.
  struct Request {
    std::string table_name;  // or an ARN
    std::optional<model::BillingMode> billing_mode = {};
    std::optional<model::Throughput> throughput = {};
    std::optional<model::OnDemandThroughput> on_demand_throughput = {};  // -1 takes a ceiling away, absent leaves it
    std::optional<model::TableClass> table_class = {};
    std::optional<bool> deletion_protection = {};
    std::optional<model::StreamViewType> enable_stream = {};
    bool disable_stream = false;
    bool disable_encryption = false;
    std::vector<IndexChange> index_changes = {};  // as ordered in the request; no two of one name

    [[nodiscard]] bool changes_stream() const { return enable_stream || disable_stream; }
  };
  using Response = TableDescription;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
