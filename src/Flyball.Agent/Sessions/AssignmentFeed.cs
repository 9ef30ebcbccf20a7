using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;
using Google.Protobuf;

namespace Flyball.Agent.Sessions;

/// <summary>
/// Sends one session what its node shall do: everything first, then what changes. Level-triggered: each round compares
/// the plan with what was sent, so a change that comes and goes between two rounds is never seen.
/// </summary>
internal sealed class AssignmentFeed(IResourceReader reader, TimeProvider time)
{
    private static readonly string[] WatchedKinds = [Kinds.Allocation.Name, Kinds.Version.Name, Kinds.Endpoint.Name];

    public async Task RunAsync(NodeSession session)
    {
        var wake = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        wake.Writer.TryWrite(true);
        using ITimer timer = time.CreateTimer(
            _ => wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Task watching = WatchAsync(wake.Writer, session.Ended);
        var round = new Round(session);
        bool complete = false;
        while (await wake.Reader.WaitToReadAsync(session.Ended))
        {
            wake.Reader.TryRead(out _);
            if (watching.IsFaulted) await watching;
            ResourceSnapshot now = reader.Current;
            long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            long? next = await round.SendAsync(now, nowUnixMs);
            if (!complete)
            {
                complete = true;
                await session.SendAsync(new ServerMessage
                    { Complete = new AssignmentsComplete { Revision = now.Revision.Value } }, session.Ended);
            }

            TimeSpan due = next is { } at ? TimeSpan.FromMilliseconds(Math.Clamp(at - nowUnixMs, 1, int.MaxValue))
                : Timeout.InfiniteTimeSpan;
            timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WatchAsync(ChannelWriter<bool> wake, CancellationToken cancellation)
    {
        try
        {
            await foreach (ChangeBatch _ in reader.WatchAsync(WatchedKinds, reader.Current.Revision, cancellation))
                wake.TryWrite(true);
        }
        finally
        {
            wake.TryWrite(true);
        }
    }

    /// <summary>What one session was sent.</summary>
    private sealed class Round(NodeSession session)
    {
        private readonly SortedDictionary<string, PlannedAssignment> sent = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, Revision> sentEndpoints = new(StringComparer.Ordinal);

        /// <summary>Sends the differences; the next time at which the plan changes by itself, a deadline.</summary>
        public async Task<long?> SendAsync(ResourceSnapshot now, long nowUnixMs)
        {
            IReadOnlyList<Allocation> allocations = AssignmentPlan.AllocationsOf(now, session.Node);
            HashSet<string> withEndpoints = AssignmentPlan.WithEndpoints(now);

            // Endpoints first: what is started next may call them at once.
            await SendEndpointsAsync(now, allocations);
            long? next = null;
            var wanted = new HashSet<string>(StringComparer.Ordinal);
            foreach (Allocation allocation in allocations)
            {
                wanted.Add(allocation.Id);
                PlannedAssignment plan = AssignmentPlan.Of(
                    allocation, withEndpoints.Contains(allocation.Id), nowUnixMs);
                if (plan is { State: AssignmentState.Drain, StopDeadlineUnixMs: { } deadline }
                    && (next is null || deadline < next)) next = deadline;
                if (sent.TryGetValue(allocation.Id, out PlannedAssignment before) && before == plan) continue;
                if (Describe(now, allocation, plan) is not { } message) continue;
                await session.SendAsync(message, session.Ended);
                sent[allocation.Id] = plan;
            }

            foreach (string gone in sent.Keys.Where(id => !wanted.Contains(id)).ToArray())
            {
                await session.SendAsync(
                    new ServerMessage { Assignment = new Assignment
                        { Allocation = gone, State = AssignmentState.Forget } }, session.Ended);
                sent.Remove(gone);
            }

            return next;
        }

        private async Task SendEndpointsAsync(ResourceSnapshot now, IReadOnlyList<Allocation> allocations)
        {
            var wanted = new HashSet<string>(StringComparer.Ordinal);
            foreach (Resource<Endpoint> endpoint in AssignmentPlan.EndpointsFor(now, allocations))
            {
                string name = endpoint.Key.Name;
                wanted.Add(name);
                if (sentEndpoints.TryGetValue(name, out Revision before) && before == endpoint.Revision) continue;
                sentEndpoints[name] = endpoint.Revision;
                ByteString json = UnsafeByteOperations.UnsafeWrap(Kinds.Endpoint.Encode(endpoint.Value));
                await session.SendAsync(new ServerMessage
                    { Endpoint = new EndpointChange { Name = name, EndpointJson = json } }, session.Ended);
            }

            foreach (string gone in sentEndpoints.Keys.Where(n => !wanted.Contains(n)).ToArray())
            {
                sentEndpoints.Remove(gone);
                await session.SendAsync(
                    new ServerMessage { Endpoint = new EndpointChange { Name = gone } }, session.Ended);
            }
        }

        /// <summary>Null while the version is not there yet; its coming wakes the feed.</summary>
        private static ServerMessage? Describe(ResourceSnapshot now, Allocation allocation, PlannedAssignment plan)
        {
            string version = WorkloadVersion.NameOf(allocation.Workload, allocation.Version);
            if (now.Get(Kinds.Version, version) is not { } found)
            {
                // What shall only be stopped needs no task.
                if (plan.State == AssignmentState.Run) return null;
            }
            else
            {
                return Message(found.Value.Task);
            }

            return Message(null);

            ServerMessage Message(TaskSpec? task) => new()
            {
                Assignment = new Assignment
                {
                    Allocation = allocation.Id,
                    AllocationJson = UnsafeByteOperations.UnsafeWrap(Kinds.Allocation.Encode(allocation)),
                    TaskJson = task is null
                        ? ByteString.Empty
                        : UnsafeByteOperations.UnsafeWrap(
                            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(task, AgentJson.Default.TaskSpec)),
                    Project = WorkloadName.Project(allocation.Workload),
                    Service = WorkloadName.Service(allocation.Workload),
                    State = plan.State,
                    StopDeadlineUnixMs = plan.StopDeadlineUnixMs ?? 0,
                    Ended = now.Get(Kinds.AllocationStatus, allocation.Id)?.Value is
                        { IsTerminal: true, Phase: not AllocationPhase.Lost },
                },
            };
        }
    }
}
