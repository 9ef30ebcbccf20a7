using System.Diagnostics.Metrics;
using Flyball.Agent.Allocations;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Session;

/// <summary>Logs and commands on streams of their own, which the agent dials when the server asks it to.</summary>
internal sealed partial class DataStreams(
    ITransport transport, AllocationTable table, AgentOptions options, TimeProvider time, ILogger<DataStreams> log)
{
    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "flyball.agent.data_streams.refused", description: "Log and exec streams refused because too many were open.");

    /// <summary>
    /// After the last frame the server ends the stream; a server that does not is not waited for longer.
    /// </summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(10);

    private int open;

    /// <summary>Dials and serves beside the caller.</summary>
    public void Begin(OpenData request, CancellationToken cancellation) => _ = ServeAsync(request, cancellation);

    private async Task ServeAsync(OpenData request, CancellationToken cancellation)
    {
        bool tooMany = Interlocked.Increment(ref open) > options.DataStreamsMax;
        try
        {
            await using IMessageStream<DataFrame, DataFrame> stream = await transport.OpenAsync(
                StreamMethods.AgentData, cancellation);
            await stream.SendAsync(new DataFrame { Ticket = request.Ticket }, cancellation);
            if (tooMany)
            {
                Refused.Add(1);
                await FailAsync(stream,
                    $"The agent serves {options.DataStreamsMax} log and exec streams at most; try again later.",
                    cancellation);
                return;
            }

            try
            {
                await (request.RequestCase == OpenData.RequestOneofCase.Exec
                    ? ExecAsync(stream, request.Exec, cancellation)
                    : LogsAsync(stream, request.Logs, cancellation));
            }
            catch (AllocationAccessException e) when (e.ExitCode is { } code)
            {
                // As a shell does: the words on the error output, and an exit code that everybody knows.
                string words = request.Exec.Tty ? e.Message + "\r\n" : e.Message + "\n";
                await stream.SendAsync(
                    new DataFrame { ErrorOutput = ByteString.CopyFromUtf8(words) }, cancellation);
                await EndAsync(stream, new DataFrame { ExitCode = code }, cancellation);
            }
            catch (AllocationAccessException e)
            {
                await FailAsync(stream, e.Message, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException and not TransportException)
            {
                Log.Failed(log, e);
                await FailAsync(stream, $"The agent failed: {e.Message}", cancellation);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException)
        {
            Log.Ended(log, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task LogsAsync(
        IMessageStream<DataFrame, DataFrame> stream, LogsRequest request, CancellationToken cancellation)
    {
        AllocationRunner runner = Runner(request.Allocation);
        var wanted = new LogRequest(
            request.TailLines < 0 ? null : request.TailLines, request.SinceUnixMs == 0 ? null
                : request.SinceUnixMs, request.Follow);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watching = WatchHangUpAsync(stream, ended);
        try
        {
            await foreach (LogLine line in runner.Driver!.LogsAsync(runner.Task, wanted, ended.Token))
            {
                await stream.SendAsync(
                    new DataFrame { Line = new Line
                        { AtUnixMs = line.AtUnixMs, IsError = line.IsError, Text = line.Text } }, ended.Token);
            }

            await FarewellAsync(stream, new DataFrame { ExitCode = 0 }, watching, cancellation);
        }
        finally
        {
            ended.Cancel();
            await watching;
        }
    }

    private async Task ExecAsync(IMessageStream<DataFrame, DataFrame> stream, Contracts.Agent.Wire.ExecRequest request,
        CancellationToken cancellation)
    {
        AllocationRunner runner = Runner(request.Allocation);
        if (runner.Record.State.Handle is not { } handle)
            throw new AllocationAccessException($"The allocation {request.Allocation} is not running.");
        await using IExecSession session = await runner.Driver!.ExecAsync(
            runner.Task, handle,
            new Contracts.Agent.ExecRequest([.. request.Command], request.Tty, request.Columns, request.Rows),
            cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task input = CopyInputAsync(stream, session, ended);
        try
        {
            while (await session.ReadAsync(ended.Token) is { } output)
            {
                ByteString bytes = ByteString.CopyFrom(output.Bytes.Span);
                await stream.SendAsync(output.IsError ? new DataFrame { ErrorOutput = bytes } : new DataFrame
                    { Output = bytes }, ended.Token);
            }

            await FarewellAsync(stream, new DataFrame { ExitCode = session.ExitCode ?? -1 }, input, cancellation);
        }
        finally
        {
            ended.Cancel();
            await input;
        }
    }

    private static async Task CopyInputAsync(
        IMessageStream<DataFrame, DataFrame> stream, IExecSession session, CancellationTokenSource ended)
    {
        try
        {
            while (await stream.ReceiveAsync(ended.Token) is { } frame)
            {
                switch (frame.BodyCase)
                {
                    case DataFrame.BodyOneofCase.Input:
                        await session.WriteInputAsync(frame.Input.Memory, ended.Token);
                        break;
                    case DataFrame.BodyOneofCase.InputClosed:
                        await session.CloseInputAsync(ended.Token);
                        break;
                    case DataFrame.BodyOneofCase.Resize:
                        await session.ResizeAsync(frame.Resize.Columns, frame.Resize.Rows, ended.Token);
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException)
        {
            // Falls through: whoever asked is gone, so the command is ended.
        }

        ended.Cancel();
    }

    /// <summary>The reader of logs sends nothing; when its side ends, following ends.</summary>
    private static async Task WatchHangUpAsync(
        IMessageStream<DataFrame, DataFrame> stream, CancellationTokenSource ended)
    {
        try
        {
            while (await stream.ReceiveAsync(ended.Token) is not null)
            {
                // Nothing is expected; whatever comes is read so that the end is seen.
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TransportException)
        {
            // Ended, one way or the other.
        }

        ended.Cancel();
    }

    private AllocationRunner Runner(string allocation)
    {
        AllocationRunner runner = table.Find(allocation)
            ?? throw new AllocationAccessException($"The allocation {allocation} is not on this node.");
        return runner.Driver is null ? throw new AllocationAccessException("Its driver is not on this node.") : runner;
    }

    private Task FailAsync(
        IMessageStream<DataFrame, DataFrame> stream, string message, CancellationToken cancellation) =>
        EndAsync(stream, new DataFrame { Failure = message }, cancellation);

    private async Task EndAsync(
        IMessageStream<DataFrame, DataFrame> stream, DataFrame last, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await FarewellAsync(stream, last, WatchHangUpAsync(stream, ended), cancellation);
        ended.Cancel();
    }

    /// <summary>
    /// Sends the last frame and lets the server end the stream: hanging up at once could overtake the frame.
    /// </summary>
    private async Task FarewellAsync(
        IMessageStream<DataFrame, DataFrame> stream, DataFrame last, Task hungUp, CancellationToken cancellation)
    {
        await stream.SendAsync(last, cancellation);
        await Task.WhenAny(hungUp, Task.Delay(FarewellTimeout, time, cancellation));
    }

    private static partial class Log
    {
        [LoggerMessage(4220, LogLevel.Debug, "A data stream ended: {Reason}")]
        public static partial void Ended(ILogger logger, string reason);

        [LoggerMessage(4221, LogLevel.Warning, "A data stream failed")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
