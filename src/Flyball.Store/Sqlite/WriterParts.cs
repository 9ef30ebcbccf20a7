using Microsoft.Extensions.Logging;

namespace Flyball.Store.Sqlite;

/// <summary>What the writer works with beside its database.</summary>
internal sealed record WriterParts(
    SqliteReader Reader, Checkpointer Checkpointer, StoreMetrics Metrics, TimeProvider Time, ILogger Logger);
