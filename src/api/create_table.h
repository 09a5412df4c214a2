// CreateTable. docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/json_object.h"
#include "api/table_description.h"
#include "base/result.h"
#include "model/table.h"

namespace stator::api {

struct CreateTable {
  struct Request {
    std::string table_name;  // or an ARN
    model::KeySchema key;
    std::vector<model::KeyAttribute> attribute_definitions;  // as ordered in the request
    model::BillingMode billing_mode = model::BillingMode::kProvisioned;
    model::Throughput throughput;  // zero when on demand
    std::optional<model::OnDemandThroughput> on_demand_throughput = {};
    std::optional<model::TableClass> table_class = {};
    bool deletion_protection = false;
    model::Tags tags;
    // Local ones, then global ones, each as ordered in the request. Not numbered yet.
    std::vector<model::Index> indexes = {};
    std::optional<model::StreamViewType> stream = {};
  };
  using Response = TableDescription;

  static Result<Request> decode(Object body);
  static void render(const Response& response, std::string& out);
};

}  // namespace stator::api
