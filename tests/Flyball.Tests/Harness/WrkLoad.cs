using System.Text.RegularExpressions;

namespace Flyball.Tests.Harness;

/// <summary>wrk against a URL while something happens; then how many requests there were and how many failed.</summary>
internal sealed partial class WrkLoad : IAsyncDisposable
{
    private readonly Running wrk;

    private WrkLoad(Running wrk) => this.wrk = wrk;

    /// <summary>Runs until <see cref="StopAsync"/>, an hour at most.</summary>
    public static WrkLoad Start(int port, string host, string path, int connections = 8) =>
        new(Running.Start("wrk",
            ["-t1", $"-c{connections}", "-d3600s", "--timeout", "15s", "-H", $"Host: {host}",
                $"http://127.0.0.1:{port}{path}"]));

    /// <summary>Ends the load and reads its report.</summary>
    public async Task<LoadReport> StopAsync()
    {
        // wrk ends in order on SIGINT and prints what it counted.
        wrk.Signal(2);
        await wrk.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        wrk.Process.WaitForExit();
        string output = wrk.Output;
        return new LoadReport(
            Number(Requests(), output),
            Number(NotSuccessful(), output) + Number(SocketErrors(), output, 1) + Number(SocketErrors(), output, 2)
                + Number(SocketErrors(), output, 3) + Number(SocketErrors(), output, 4),
            output);
    }

    public ValueTask DisposeAsync() => wrk.DisposeAsync();

    private static long Number(Regex pattern, string text, int group = 1) =>
        pattern.Match(text) is { Success: true } match ? long.Parse(match.Groups[group].Value) : 0;

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex NotSuccessful();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex SocketErrors();
}

/// <summary>What a load saw.</summary>
internal sealed record LoadReport(long Requests, long Failed, string Text);
