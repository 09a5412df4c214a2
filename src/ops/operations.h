// Every operation that Stator has, in one list.
#pragma once

#include <string_view>
#include <tuple>

#include "ops/batch_get_item.h"
#include "ops/batch_write_item.h"
#include "ops/create_event_source_mapping.h"
#include "ops/create_table.h"
#include "ops/delete_event_source_mapping.h"
#include "ops/delete_item.h"
#include "ops/delete_table.h"
#include "ops/describe_endpoints.h"
#include "ops/describe_limits.h"
#include "ops/describe_stream.h"
#include "ops/describe_table.h"
#include "ops/describe_time_to_live.h"
#include "ops/get_event_source_mapping.h"
#include "ops/get_item.h"
#include "ops/get_records.h"
#include "ops/get_shard_iterator.h"
#include "ops/list_event_source_mappings.h"
#include "ops/list_streams.h"
#include "ops/list_tables.h"
#include "ops/list_tags_of_resource.h"
#include "ops/pipeline.h"
#include "ops/put_item.h"
#include "ops/query.h"
#include "ops/scan.h"
#include "ops/tag_resource.h"
#include "ops/transact_get_items.h"
#include "ops/transact_write_items.h"
#include "ops/untag_resource.h"
#include "ops/update_event_source_mapping.h"
#include "ops/update_item.h"
#include "ops/update_table.h"
#include "ops/update_time_to_live.h"

namespace stator::ops {

// `Api` has Request, Response, decode() and render(); run(Context&, const Request&) does the work. No two operations
// have the same name, of whatever service they are.
template <class Api>
struct Operation {
  std::string_view name;
  Service service = Service::kDynamoDb;
  int status = 200;  // of an answer that tells of no error
};
inline constexpr int kAccepted = 202;

// Sorted by name.
inline constexpr std::tuple kOperations{
    Operation<api::BatchGetItem>{"BatchGetItem"},
    Operation<api::BatchWriteItem>{"BatchWriteItem"},
    Operation<api::CreateEventSourceMapping>{"CreateEventSourceMapping", Service::kLambda, kAccepted},
    Operation<api::CreateTable>{"CreateTable"},
    Operation<api::DeleteEventSourceMapping>{"DeleteEventSourceMapping", Service::kLambda, kAccepted},
    Operation<api::DeleteItem>{"DeleteItem"},
    Operation<api::DeleteTable>{"DeleteTable"},
    Operation<api::DescribeEndpoints>{"DescribeEndpoints"},
    Operation<api::DescribeLimits>{"DescribeLimits"},
    Operation<api::DescribeStream>{"DescribeStream", Service::kStreams},
    Operation<api::DescribeTable>{"DescribeTable"},
    Operation<api::DescribeTimeToLive>{"DescribeTimeToLive"},
    Operation<api::GetEventSourceMapping>{"GetEventSourceMapping", Service::kLambda},
    Operation<api::GetItem>{"GetItem"},
    Operation<api::GetRecords>{"GetRecords", Service::kStreams},
    Operation<api::GetShardIterator>{"GetShardIterator", Service::kStreams},
    Operation<api::ListEventSourceMappings>{"ListEventSourceMappings", Service::kLambda},
    Operation<api::ListStreams>{"ListStreams", Service::kStreams},
    Operation<api::ListTables>{"ListTables"},
    Operation<api::ListTagsOfResource>{"ListTagsOfResource"},
    Operation<api::PutItem>{"PutItem"},
    Operation<api::Query>{"Query"},
    Operation<api::Scan>{"Scan"},
    Operation<api::TagResource>{"TagResource"},
    Operation<api::TransactGetItems>{"TransactGetItems"},
    Operation<api::TransactWriteItems>{"TransactWriteItems"},
    Operation<api::UntagResource>{"UntagResource"},
    Operation<api::UpdateEventSourceMapping>{"UpdateEventSourceMapping", Service::kLambda, kAccepted},
    Operation<api::UpdateItem>{"UpdateItem"},
    Operation<api::UpdateTable>{"UpdateTable"},
    Operation<api::UpdateTimeToLive>{"UpdateTimeToLive"},
};

}  // namespace stator::ops
