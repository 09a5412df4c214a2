// The numbers of /_stator/metrics that are kept elsewhere and asked for when the page is made.
#pragma once

#include "http/server.h"
#include "jobs/backfill_job.h"
#include "jobs/expiry_job.h"
#include "jobs/stream_job.h"
#include "kv/engine.h"
#include "lambda/triggers.h"
#include "obs/metrics.h"

namespace stator::server {

// What they are of must outlive every render().
void add_server_sources(obs::Metrics& metrics, const http::Server& server);
void add_engine_sources(obs::Metrics& metrics, const kv::Engine& engine);
void add_backfill_sources(obs::Metrics& metrics, const jobs::BackfillJob& job);
void add_stream_sources(obs::Metrics& metrics, const jobs::StreamJob& job);
void add_expiry_sources(obs::Metrics& metrics, const jobs::ExpiryJob& job);
void add_trigger_sources(obs::Metrics& metrics, const lambda::Triggers& triggers);
void add_process_sources(obs::Metrics& metrics);

}  // namespace stator::server
