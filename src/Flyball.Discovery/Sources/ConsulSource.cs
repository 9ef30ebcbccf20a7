using System.Globalization;
using System.Text.Json;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Another Consul, or another Flyball's Consul door: a blocking query for the names, and one for each service.
/// </summary>
internal sealed class ConsulSource : ISource
{
    private const int UsualPort = 8500;
    private const string IndexHeader = "X-Consul-Index";

    /// <summary>Beyond the time that a query may wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SourceHttp http;
    private readonly TimeProvider time;
    private readonly TimeSpan wait;
    private readonly string? token;

    public ConsulSource(DiscoverySourceOptions source, DiscoveryOptions options, TimeProvider time)
    {
        this.time = time;
        http = new SourceHttp(source.Http(UsualPort), time);
        wait = options.SourceRefresh;
        if (source.Value("token-file") is { Length: > 0 } file) token = File.ReadAllText(file).Trim();
    }

    public async Task RunAsync(ISourceSink sink, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watches = new Dictionary<string, Watch>(StringComparer.Ordinal);
        var failure = new TaskCompletionSource();
        Task names = WatchNamesAsync(sink, watches, failure, end.Token);
        try
        {
            // Whichever fails first ends all: what is half known is not known.
            await await Task.WhenAny(names, failure.Task);
        }
        finally
        {
            end.Cancel();
            await EndAsync(names);
            foreach (Watch watch in watches.Values) await watch.Task;
            foreach (Watch watch in watches.Values) watch.End.Dispose();
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>What it failed of is told already, or it was only told to end.</summary>
    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _ = e;
        }
    }

    private async Task WatchNamesAsync(
        ISourceSink sink, Dictionary<string, Watch> watches, TaskCompletionSource failure,
        CancellationToken cancellation)
    {
        var index = new FollowedIndex(time);
        while (true)
        {
            (JsonDocument json, ulong at) = await AskAsync("v1/catalog/services", index.Ask(), cancellation);
            using JsonDocument document = json;
            HashSet<string> names = ConsulAnswer.Names(document.RootElement);
            await sink.NamesAsync(names, cancellation);
            foreach (string gone in watches.Keys.Where(name => !names.Contains(name)).ToArray())
            {
                watches.Remove(gone, out Watch watch);
                watch.End.Cancel();
                await watch.Task;
                watch.End.Dispose();
            }

            foreach (string name in names)
            {
                if (watches.ContainsKey(name)) continue;
                var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                watches.Add(name, new Watch(WatchServiceAsync(sink, name, failure, end.Token), end));
            }

            await index.AnsweredAsync(at, cancellation);
        }
    }

    private async Task WatchServiceAsync(
        ISourceSink sink, string name, TaskCompletionSource failure, CancellationToken cancellation)
    {
        try
        {
            var index = new FollowedIndex(time);
            while (true)
            {
                (JsonDocument json, ulong at) = await AskAsync(
                    "v1/health/service/" + Uri.EscapeDataString(name), index.Ask(), cancellation);
                using JsonDocument document = json;
                (List<SourceInstance> instances, List<string> unreadable) =
                    ConsulAnswer.Instances(document.RootElement);
                await sink.SeenAsync(name, instances, unreadable, cancellation);
                await index.AnsweredAsync(at, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service is gone, or the source is given up.
        }
        catch (Exception e)
        {
            failure.TrySetException(e);
        }
    }

    private async Task<(JsonDocument Json, ulong Index)> AskAsync(
        string path, ulong index, CancellationToken cancellation)
    {
        string query = string.Create(
            CultureInfo.InvariantCulture, $"{path}?index={index}&wait={(long)wait.TotalMilliseconds}ms");
        using var request = new HttpRequestMessage(HttpMethod.Get, query);
        if (token is not null) request.Headers.Add("X-Consul-Token", token);
        // A server adds up to a sixteenth to the wait.
        (JsonDocument json, HttpResponseMessage answer) =
            await http.SendAsync(request, wait + (wait / 16) + Patience, cancellation);
        using HttpResponseMessage done = answer;
        if (answer.Headers.TryGetValues(IndexHeader, out IEnumerable<string>? values)
            && ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong at) && at > 0)
            return (json, at);
        json.Dispose();
        throw SourceException.Wrong($"{path} is answered without {IndexHeader}: is that a Consul?");
    }

    private readonly record struct Watch(Task Task, CancellationTokenSource End);
}
