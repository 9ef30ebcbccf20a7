using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>
/// A time-series server in a process of its own, with a folder and ports of its own, measured from outside through
/// <c>/proc</c>, and stopped by its process id.
/// </summary>
internal sealed class PeerServer : IAsyncDisposable
{
    /// <summary>Connections that write, as many as the target names.</summary>
    public const int Connections = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>A tick of <c>/proc/PID/stat</c> is a hundredth of a second on every Linux.</summary>
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    private PeerServer(PeerKind kind, string folder, Process process, HttpClient http, long startedAt)
    {
        (Kind, Folder, _process, Http, StartedAt) = (kind, folder, process, http, startedAt);
    }

    public PeerKind Kind { get; }

    public string Folder { get; }

    public HttpClient Http { get; }

    /// <summary>Time stamp of the moment before the process was there.</summary>
    public long StartedAt { get; }

    /// <summary>Processor time of the process since its start.</summary>
    public TimeSpan Cpu
    {
        get
        {
            string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds(ticks / TicksPerSecond);
        }
    }

    /// <summary>Resident memory now, mapped files included.</summary>
    public long ResidentBytes => Status("VmRSS:");

    /// <summary>Resident memory that is no file's.</summary>
    public long AnonymousBytes => Status("RssAnon:");

    /// <summary>The most resident memory so far.</summary>
    public long PeakBytes => Status("VmHWM:");

    /// <summary>Starts the process; it need not answer yet.</summary>
    public static PeerServer Start(PeerKind kind, string folder, params IEnumerable<string> more)
    {
        Directory.CreateDirectory(folder);
        int port = FreePort();
        // Nobody reads what it says: it goes to a file beside the data.
        string[] command = [kind.Executable, .. kind.Arguments(folder, port, FreePort()), .. more];
        string quoted = string.Join(' ', command.Select(part => $"'{part}'"));
        long startedAt = Stopwatch.GetTimestamp();
        var process = Process.Start("/bin/sh", ["-c", $"exec {quoted} >>'{folder}.log' 2>&1"]);
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = Connections, UseProxy = false };
        var http = new HttpClient(handler) { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = Patience };
        return new PeerServer(kind, folder, process, http, startedAt);
    }

    /// <summary>Starts the process and waits until it answers a query.</summary>
    public static async Task<PeerServer> StartReadyAsync(
        PeerKind kind, string folder, params IEnumerable<string> more)
    {
        PeerServer server = Start(kind, folder, more);
        await server.AnswerAsync("vector(1)", answer => answer.Length > 0);
        return server;
    }

    /// <summary>Asks until there is an answer of the wanted kind; a server that starts refuses at first.</summary>
    public async Task AnswerAsync(string query, Func<string, bool> isWanted, string time = "")
    {
        long deadline = Stopwatch.GetTimestamp();
        string path = "/api/v1/query?query=" + Uri.EscapeDataString(query) + (time.Length > 0 ? "&time=" + time : "");
        while (Stopwatch.GetElapsedTime(deadline) < Patience)
        {
            if (_process.HasExited) throw new InvalidOperationException($"{Kind.Name} ended; see {Folder}.log.");
            try
            {
                Authorize();
                using HttpResponseMessage answer = await Http.GetAsync(path);
                if (answer.IsSuccessStatusCode && isWanted(await answer.Content.ReadAsStringAsync())) return;
            }
            catch (HttpRequestException exception) when (exception.InnerException is SocketException or IOException)
            {
                // It does not listen yet.
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"{Kind.Name} does not answer {query}; see {Folder}.log.");
    }

    /// <summary>Sends a remote-write 1.0 request until it is acknowledged.</summary>
    public async Task WriteAsync(byte[] body)
    {
        while (true)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            content.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            using HttpResponseMessage answer = await Http.PostAsync("/api/v1/write", content);
            if (answer.IsSuccessStatusCode) return;
            string text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                throw new InvalidOperationException($"{Kind.Name}: {(int)answer.StatusCode} {text}");
            await Task.Delay(20);
        }
    }

    /// <summary>The body of a successful answer.</summary>
    public async Task<byte[]> ReadAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(path);
        if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsByteArrayAsync();
        string text = await answer.Content.ReadAsStringAsync();
        throw new InvalidOperationException($"{Kind.Name} answers {(int)answer.StatusCode} to {path}: {text}");
    }

    /// <summary>Ends the process in order, and waits.</summary>
    public Task StopAsync() => SignalAsync("TERM");

    /// <summary>Ends the process as a crash does.</summary>
    public Task KillAsync() => SignalAsync("KILL");

    /// <summary>Bytes of all files below a part of the folder.</summary>
    public long SizeOf(string part = "")
    {
        var directory = new DirectoryInfo(Path.Combine(Folder, part));
        return directory.Exists
            ? directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
            : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        if (_process.HasExited) return;
        using (var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
    }

    /// <summary>Flyball writes its token at its first start.</summary>
    private void Authorize()
    {
        string file = Path.Combine(Folder, "admin.token");
        if (Http.DefaultRequestHeaders.Authorization is null && File.Exists(file))
            Http.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(file).Trim());
    }

    private long Status(string field)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(line => line.StartsWith(field, StringComparison.Ordinal));
        string number = line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(number, CultureInfo.InvariantCulture) << 10;
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
