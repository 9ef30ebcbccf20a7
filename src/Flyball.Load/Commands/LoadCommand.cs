using System.CommandLine;
using System.Text;
using Flyball.Load.Driving;
using Flyball.Load.Http;
using Flyball.Load.Measuring;
using Flyball.Load.Reporting;

namespace Flyball.Load.Commands;

/// <summary><c>flyball load</c>: requests at a rate that no server can slow down.</summary>
internal static class LoadCommand
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int Usage = 2;
    private const int ConnectionsMost = 60_000;

    public static Command Create()
    {
        var arguments = new LoadArguments();
        var command = new Command(
            "load",
            "Sends requests over HTTP/1.1 at a constant or changing rate, whether or not the server keeps up, and "
            + "measures from when each was due.\n\n"
            + "Example:\n  flyball load http://shop.localhost:8080/ --shape day.csv --over 10m --peak 300/s "
            + "--slo 250ms");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await RunAsync(arguments, parsed, cancellation);
            }
            catch (UsageException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Usage;
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Failed;
            }
        });
        return command;
    }

    /// <summary>0 when at least one request had a good answer: a status below 400.</summary>
    private static async Task<int> RunAsync(
        LoadArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        Uri url = TargetReading.Url(parsed.GetValue(arguments.Url)!);
        LoadPlan plan = await PlanAsync(arguments, parsed, url, cancellation);
        var recorder = new LoadRecorder(plan.Interval, plan.Objective);
        using IntervalFile? file = parsed.GetValue(arguments.Out) is { } path ? new IntervalFile(path) : null;
        var line = new LiveLine(Console.Error, isShown: !Console.IsErrorRedirected, plan.Curve.Duration);
        void IntervalEnded(IntervalCounts counts)
        {
            file?.Write(counts);
            line.Show(counts);
        }

        // The loop has a thread of its own: it waits in the kernel.
        var loop = new LoadLoop(plan, recorder);
        await Task.Factory.StartNew(
            () => loop.Run(IntervalEnded, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        line.Clear();
        LoadOutcome outcome = recorder.Outcome();
        LoadReport.Write(Console.Out, plan, url, outcome, parsed.GetValue(arguments.Output) == "json");
        return outcome.HasGoodAnswer ? Ok : Failed;
    }

    private static async Task<LoadPlan> PlanAsync(
        LoadArguments arguments, ParseResult parsed, Uri url, CancellationToken cancellation)
    {
        byte[]? body = Body(parsed.GetValue(arguments.Body));
        string method = parsed.GetValue(arguments.Method)!;
        if (method.Length == 0) method = body is null ? "GET" : "POST";
        int connections = parsed.GetValue(arguments.Connections);
        if (connections is < 1 or > ConnectionsMost)
            throw new UsageException($"--connections: must be from 1 to {ConnectionsMost}.");
        return new LoadPlan
        {
            Curve = ShapeReading.Read(arguments, parsed),
            Request = RequestTemplate.Create(url, method, parsed.GetValue(arguments.Header) ?? [], body),
            Target = await TargetReading.ResolveAsync(url, cancellation),
            Poisson = parsed.GetValue(arguments.Arrivals) == "poisson"
                ? new Random(parsed.GetValue(arguments.Seed)) : null,
            ConnectionsMax = connections,
            Timeout = OptionValues.Span(
                parsed.GetValue(arguments.RequestTimeout)!, "--timeout", TimeSpan.FromMilliseconds(1),
                TimeSpan.FromHours(1)),
            Interval = OptionValues.Span(
                parsed.GetValue(arguments.Interval)!, "--interval", TimeSpan.FromMilliseconds(100),
                TimeSpan.FromHours(1)),
            Objective = parsed.GetValue(arguments.Slo) is { } slo
                ? OptionValues.Span(slo, "--slo", TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)) : null,
        };
    }

    private static byte[]? Body(string? text)
    {
        if (text is null) return null;
        if (!text.StartsWith('@')) return Encoding.UTF8.GetBytes(text);
        return File.Exists(text[1..])
            ? File.ReadAllBytes(text[1..])
            : throw new UsageException($"--body: {text[1..]} does not exist.");
    }
}
