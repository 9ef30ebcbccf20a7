using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;

namespace Flyball.Agent.Sessions;

/// <summary>
/// Reaches allocations by asking their agent to dial a data stream with a ticket that only it was told.
/// </summary>
internal sealed class AllocationAccess(
    IResourceReader reader, NodeSessions sessions, AgentSessionOptions options, IdSource ids, TimeProvider time)
        : IAllocationAccess
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DataStream>> waiting = new(
        StringComparer.Ordinal);

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(
        string allocation, LogRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var logs = new LogsRequest
        {
            Allocation = allocation,
            TailLines = request.TailLines ?? -1,
            SinceUnixMs = request.SinceUnixMs ?? 0,
            Follow = request.Follow,
        };
        await using DataStream stream = await OpenAsync(allocation, new OpenData { Logs = logs }, cancellation);
        while (await stream.ReceiveAsync(cancellation) is { } frame)
        {
            if (frame.BodyCase == DataFrame.BodyOneofCase.Failure) throw new AllocationAccessException(frame.Failure);
            if (frame.BodyCase == DataFrame.BodyOneofCase.ExitCode) yield break;
            if (frame.BodyCase == DataFrame.BodyOneofCase.Line)
                yield return new LogLine(frame.Line.AtUnixMs, frame.Line.IsError, frame.Line.Text);
        }
    }

    public async ValueTask<IExecSession> ExecAsync(
        string allocation, Contracts.Agent.ExecRequest request, CancellationToken cancellation)
    {
        var exec = new Contracts.Agent.Wire.ExecRequest
        {
            Allocation = allocation,
            Tty = request.Tty,
            Columns = request.Columns,
            Rows = request.Rows,
        };
        exec.Command.AddRange(request.Command);
        return new RemoteExec(await OpenAsync(allocation, new OpenData { Exec = exec }, cancellation));
    }

    /// <summary>Hands a dialled stream to whoever waits for its ticket; null when nobody does.</summary>
    public DataStream? Accept(string ticket, IMessageStream<DataFrame, DataFrame> stream)
    {
        if (!waiting.TryRemove(ticket, out TaskCompletionSource<DataStream>? waiter)) return null;
        var data = new DataStream(stream);
        return waiter.TrySetResult(data) ? data : null;
    }

    private async ValueTask<DataStream> OpenAsync(string allocation, OpenData request, CancellationToken cancellation)
    {
        string node = reader.Current.Get(Kinds.Allocation, allocation)?.Value.Node
            ?? throw new AllocationAccessException($"There is no allocation {allocation}.");
        NodeSession session = sessions.Find(node)
            ?? throw new AllocationAccessException(
                $"The node {Words(node)} is away, and with it allocation {allocation}: try again when it is back.");
        request.Ticket = ids.Next();
        var waiter = new TaskCompletionSource<DataStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[request.Ticket] = waiter;
        using var deadline = new CancellationTokenSource(options.DataTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token, session.Ended);
        try
        {
            await session.SendAsync(new ServerMessage { OpenData = request }, either.Token);
            return await waiter.Task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The stream may have come in the very moment: then nobody will use it.
            if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully)
                await (await waiter.Task).DisposeAsync();
            throw new AllocationAccessException($"The agent of node {Words(node)} did not answer in time.");
        }
        finally
        {
            waiting.TryRemove(request.Ticket, out _);
        }
    }

    /// <summary>As people call it, and its id for those who look it up.</summary>
    private string Words(string node) =>
        reader.Current.Get(Kinds.Node, node) is { } found ? $"{found.Value.Hostname} ({node})" : node;
}
