using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Flyball.Agent.Allocations;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Journal;
using Google.Protobuf;

namespace Flyball.Agent.Session;

/// <summary>
/// What waits to be told to the server: of each allocation the newest status until the server made it durable, and
/// events. Bounded by the number of allocations and <see cref="EventsMax"/>. Thread-safe.
/// </summary>
internal sealed class ReportOutbox(TimeProvider time) : IAllocationReports
{
    /// <summary>Events that wait; then the oldest is dropped and counted.</summary>
    public const int EventsMax = 1_024;

    /// <summary>A status without an answer for this long is sent again on the same stream.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(10);

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> EventsDropped = Meter.CreateCounter<long>(
        "flyball.agent.events.dropped", description: "Events dropped because the server was away for too long.");

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Entry> statuses = new(StringComparer.Ordinal);
    private readonly Queue<EventReport> events = [];
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long sequence;

    /// <summary>Readable while there may be something to send.</summary>
    public ChannelReader<bool> Wake => wake.Reader;

    public void Status(AllocationStatus status)
    {
        lock (gate) statuses[status.Allocation] = new Entry(status);
        Signal();
    }

    public void Event(string allocation, Event happened)
    {
        var report = new EventReport
        {
            Allocation = allocation,
            EventJson = UnsafeByteOperations.UnsafeWrap(
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(happened, ContractsJson.Default.Event)),
        };
        lock (gate)
        {
            if (events.Count >= EventsMax)
            {
                events.Dequeue();
                EventsDropped.Add(1);
            }

            events.Enqueue(report);
        }

        Signal();
    }

    public void Forgotten(string allocation)
    {
        lock (gate) statuses.Remove(allocation);
    }

    public void Signal() => wake.Writer.TryWrite(true);

    /// <summary>A new stream: sequences begin anew and everything known is told again.</summary>
    public void Reset(IEnumerable<AllocationStatus> all)
    {
        lock (gate)
        {
            sequence = 0;
            foreach (Entry entry in statuses.Values) entry.Sequence = 0;
            foreach (AllocationStatus status in all) statuses[status.Allocation] = new Entry(status);
        }

        Signal();
    }

    /// <summary>Events that the stream broke before they were sent go first the next time.</summary>
    public AgentMessage? Next()
    {
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            if (events.TryDequeue(out EventReport? happened)) return new AgentMessage { Event = happened };
            foreach (Entry entry in statuses.Values)
            {
                bool stale = entry.Sequence != 0 && nowUnixMs - entry.SentUnixMs > (long)ResendAfter.TotalMilliseconds;
                if (entry.IsAcknowledged || (entry.Sequence != 0 && !stale)) continue;
                entry.Sequence = ++sequence;
                entry.SentUnixMs = nowUnixMs;
                return new AgentMessage
                {
                    Status = new StatusReport
                    {
                        Sequence = entry.Sequence,
                        StatusJson = UnsafeByteOperations.UnsafeWrap(Kinds.AllocationStatus.Encode(entry.Status)),
                    },
                };
            }
        }

        return null;
    }

    /// <summary>Every report up to here is durable at the server.</summary>
    public void Acknowledge(long through)
    {
        lock (gate)
        {
            foreach (Entry entry in statuses.Values)
            {
                if (entry.Sequence != 0 && entry.Sequence <= through) entry.IsAcknowledged = true;
            }
        }
    }

    /// <summary>Allocations whose newest status the server has not made durable.</summary>
    public int Unacknowledged
    {
        get
        {
            lock (gate) return statuses.Values.Count(e => !e.IsAcknowledged);
        }
    }

    private sealed class Entry(AllocationStatus status)
    {
        public AllocationStatus Status => status;

        /// <summary>Of its last sending on this stream; 0 while it was not sent.</summary>
        public long Sequence { get; set; }

        public long SentUnixMs { get; set; }

        public bool IsAcknowledged { get; set; }
    }
}
