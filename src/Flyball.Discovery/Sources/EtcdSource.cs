using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Base.Work;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Keys of etcd's version 3 over its JSON gateway (3.4 and newer): the whole prefix is read, and again after each
/// change that a watch tells, and at least once in <see cref="DiscoveryOptions.SourceRefresh"/>.
/// </summary>
internal sealed class EtcdSource(DiscoverySourceOptions source, DiscoveryOptions options, TimeProvider time) : ISource
{
    private const int UsualPort = 2379;

    /// <summary>Of a watch's first line.</summary>
    private const int LineBytesMax = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between two readings, however fast changes come.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly SourceHttp http = new(source.Http(UsualPort), time);
    private readonly string prefix = Uri.UnescapeDataString(source.Address.AbsolutePath).TrimEnd('/') + "/";

    public async Task RunAsync(ISourceSink sink, CancellationToken cancellation)
    {
        while (true)
        {
            long revision = await ReadAsync(sink, cancellation);
            await WatchAsync(revision + 1, cancellation);
            await Pause.ForAsync(LeastPause, time, cancellation);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Reads everything; the revision it is of.</summary>
    private async Task<long> ReadAsync(ISourceSink sink, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request("v3/kv/range", json =>
        {
            WriteRange(json);
            json.WriteNumber("limit", options.SourceInstancesMax + 1);
        });
        (JsonDocument json, HttpResponseMessage answer) = await http.SendAsync(request, Patience, cancellation);
        using HttpResponseMessage done = answer;
        using JsonDocument document = json;
        EtcdAnswer keys = EtcdAnswer.Read(document.RootElement, prefix);
        if (keys.Count > options.SourceInstancesMax)
        {
            throw SourceException.Wrong(
                $"{nameof(options.SourceInstancesMax)}: more than {options.SourceInstancesMax} are below {prefix}");
        }

        await sink.NamesAsync(keys.Names, cancellation);
        foreach (string name in keys.Names)
            await sink.SeenAsync(name, keys.InstancesOf(name), keys.UnreadableOf(name), cancellation);
        return keys.Revision;
    }

    /// <summary>Returns when something changed, or when it is time to read anew.</summary>
    private async Task WatchAsync(long fromRevision, CancellationToken cancellation)
    {
        using HttpRequestMessage request = Request("v3/watch", json =>
        {
            json.WriteStartObject("create_request");
            WriteRange(json);
            json.WriteString("start_revision", fromRevision.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        });
        using HttpResponseMessage answer = await http.OpenAsync(request, Patience, cancellation);
        using Stream stream = await answer.Content.ReadAsStreamAsync(cancellation);
        using var refresh = new CancellationTokenSource(options.SourceRefresh, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, refresh.Token);
        try
        {
            await ReadCreatedAsync(stream, either.Token);
            // Whatever comes now is a change, or the end: what it is is read then.
            await stream.ReadExactlyAsync(new byte[1], either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing has changed for a while.
        }
        catch (EndOfStreamException e)
        {
            throw SourceException.Away("its watch has ended", e);
        }
    }

    private static async ValueTask ReadCreatedAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (line.Count < LineBytesMax)
        {
            await stream.ReadExactlyAsync(one, cancellation);
            if (one[0] == (byte)'\n') break;
            line.Add(one[0]);
        }

        using JsonDocument document = JsonDocument.Parse(line.ToArray());
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("result", out JsonElement result)
            || result.ValueKind != JsonValueKind.Object)
            throw SourceException.Wrong($"its watch begins with {Encoding.UTF8.GetString([.. line.Take(200)])}");
    }

    private void WriteRange(Utf8JsonWriter json)
    {
        byte[] begin = Encoding.UTF8.GetBytes(prefix);
        byte[] end = [.. begin];
        // The prefix ends in a slash: the byte after it ends the range.
        end[^1]++;
        json.WriteBase64String("key", begin);
        json.WriteBase64String("range_end", end);
    }

    private static HttpRequestMessage Request(string path, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body.ToArray()) };
    }
}
