using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Health;

/// <summary>
/// Probes one running task until cancelled: every start interval until its first success, then every interval.
/// </summary>
internal sealed class HealthProber(INetworkProbe network, TimeProvider time)
{
    public async Task RunAsync(
        ITaskDriver driver, TaskContext task, TaskHandle handle, long startedUnixMs,
        Func<ProbeResult, ValueTask> found, CancellationToken cancellation)
    {
        HealthCheckSpec check = task.Spec.HealthCheck ?? throw new InvalidOperationException(
            "BUG: a task without a check is not probed.");
        bool succeeded = false;
        while (true)
        {
            ProbeResult? result = await ProbeAsync(driver, task, handle, check, cancellation);
            if (result is not null)
            {
                succeeded |= result.Passed;
                await found(result);
            }

            bool starting = !succeeded && NowUnixMs - startedUnixMs < Allocations.HealthRule.StartGraceMs(check);
            await Task.Delay(starting && check.StartInterval < check.Interval ? check.StartInterval
                : check.Interval, time, cancellation);
        }
    }

    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<ProbeResult?> ProbeAsync(
        ITaskDriver driver, TaskContext task, TaskHandle handle, HealthCheckSpec check, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return check.Kind switch
            {
                HealthCheckKind.Http or HealthCheckKind.Tcp => await ProbeNetworkAsync(task, check, either.Token),
                HealthCheckKind.Command => await ProbeCommandAsync(driver, task, handle, check.Test, either.Token),
                HealthCheckKind.Shell =>
                    await ProbeCommandAsync(driver, task, handle, ["/bin/sh", "-c", .. check.Test], either.Token),
                _ => await driver.OwnHealthAsync(task, handle, either.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProbeResult(false, $"no answer within {check.Timeout.TotalSeconds:0.###} s");
        }
    }

    private async ValueTask<ProbeResult?> ProbeNetworkAsync(
        TaskContext task, HealthCheckSpec check, CancellationToken cancellation)
    {
        if (task.FindPort(check.Port) is not { } port)
            return new ProbeResult(false, $"there is no port {check.Port} to probe");
        if (check.Kind == HealthCheckKind.Tcp) return await network.ConnectAsync(port, cancellation);
        return await network.GetAsync(port, check.Test is [{ Length: > 0 } path, ..] ? path : "/", cancellation);
    }

    private static async ValueTask<ProbeResult?> ProbeCommandAsync(
        ITaskDriver driver, TaskContext task, TaskHandle handle, IReadOnlyList<string> command,
        CancellationToken cancellation)
    {
        try
        {
            await using IExecSession session = await driver.ExecAsync(
                task, handle, new ExecRequest(command), cancellation);
            await session.CloseInputAsync(cancellation);
            string words = "";
            while (await session.ReadAsync(cancellation) is { } output)
            {
                if (words.Length < 200) words += System.Text.Encoding.UTF8.GetString(output.Bytes.Span);
            }

            return session.ExitCode is 0 ? ProbeResult.Ok : new ProbeResult(
                false, $"the command exited with code {session.ExitCode}: {FirstLine(words)}");
        }
        catch (AllocationAccessException e)
        {
            return new ProbeResult(false, e.Message);
        }
    }

    private static string FirstLine(string text)
    {
        string line = text.Trim().Split('\n')[0];
        return line.Length > 200 ? line[..200] : line;
    }
}
