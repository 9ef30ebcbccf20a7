using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Sessions.Http;

/// <summary>The logs of all allocations of a workload: in order of time, or as they come while following.</summary>
internal sealed class WorkloadLogs(IResourceReader reader, IAllocationAccess access, TimeProvider time)
{
    /// <summary>Lines that wait for a slow client; then reading waits.</summary>
    private const int QueueMax = 1_024;

    /// <summary>Between looks for allocations that were started meanwhile.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public IAsyncEnumerable<WorkloadLine> ReadAsync(
        string workload, LogRequest request, CancellationToken cancellation) =>
        request.Follow ? FollowAsync(workload, request, cancellation) : MergeAsync(workload, request, cancellation);

    private Allocation[] AllocationsOf(string workload) =>
        [.. reader.Current.List(Kinds.Allocation).Select(a => a.Value).Where(a => a.Workload == workload)];

    private async IAsyncEnumerable<WorkloadLine> MergeAsync(
        string workload, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var open = new List<(Allocation Allocation, IAsyncEnumerator<LogLine> Lines)>();
        var order = new PriorityQueue<int, (long AtUnixMs, int Source)>();
        AllocationAccessException? failure = null;
        try
        {
            foreach (Allocation allocation in AllocationsOf(workload))
            {
                IAsyncEnumerator<LogLine> lines = access.ReadLogsAsync(allocation.Id, request, cancellation)
                    .GetAsyncEnumerator(cancellation);
                open.Add((allocation, lines));
                try
                {
                    if (await lines.MoveNextAsync())
                        order.Enqueue(open.Count - 1, (lines.Current.AtUnixMs, open.Count - 1));
                }
                catch (AllocationAccessException e)
                {
                    // The others' lines are worth having without it.
                    failure ??= e;
                }
            }

            if (order.Count == 0 && failure is not null) throw failure;
            while (order.TryDequeue(out int source, out _))
            {
                (Allocation allocation, IAsyncEnumerator<LogLine> lines) = open[source];
                yield return new WorkloadLine(allocation.Id, allocation.Index, lines.Current);
                if (await lines.MoveNextAsync()) order.Enqueue(source, (lines.Current.AtUnixMs, source));
            }
        }
        finally
        {
            foreach ((_, IAsyncEnumerator<LogLine> lines) in open) await lines.DisposeAsync();
        }
    }

    private async IAsyncEnumerable<WorkloadLine> FollowAsync(
        string workload, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var merged = Channel.CreateBounded<WorkloadLine>(QueueMax);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var followed = new SortedDictionary<string, Task>(StringComparer.Ordinal);
        Task looking = LookAsync(workload, request, followed, merged.Writer, ended.Token);
        try
        {
            await foreach (WorkloadLine line in merged.Reader.ReadAllAsync(cancellation)) yield return line;
        }
        finally
        {
            await ended.CancelAsync();
            await looking;
        }
    }

    private async Task LookAsync(
        string workload, LogRequest request, SortedDictionary<string, Task> followed,
        ChannelWriter<WorkloadLine> output, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                foreach (Allocation allocation in AllocationsOf(workload))
                {
                    if (followed.ContainsKey(allocation.Id)) continue;
                    followed[allocation.Id] = CopyAsync(allocation, request, output, cancellation);

                    // Allocations found later are new: everything they wrote is wanted.
                }

                request = request with { TailLines = null };
                await Task.Delay(LookInterval, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(followed.Values);
        }
    }

    private async Task CopyAsync(
        Allocation allocation, LogRequest request, ChannelWriter<WorkloadLine> output, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await foreach (LogLine line in access.ReadLogsAsync(allocation.Id, request, cancellation))
                {
                    await output.WriteAsync(new WorkloadLine(allocation.Id, allocation.Index, line), cancellation);
                    request = request with { TailLines = null, SinceUnixMs = line.AtUnixMs + 1 };
                }

                return;
            }
            catch (AllocationAccessException)
            {
                // Its agent is away, or does not have it yet; followers wait for it as long as it is wanted.
                if (reader.Current.Find(Kinds.Allocation.Key(allocation.Id)) is null) return;
                if (!await WaitAsync(cancellation)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(LookInterval, time, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
