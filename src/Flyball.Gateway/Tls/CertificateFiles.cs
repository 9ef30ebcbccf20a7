using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tls;

/// <summary>
/// The pairs of files in a directory. A pair that cannot be used (half written, a key that is another's) is told once,
/// and what was read of it before stays until it is good again or gone.
/// </summary>
internal sealed partial class CertificateFiles(string directory, ILogger logger)
{
    /// <summary>Bytes of a file that are read: the longest chain is far below.</summary>
    private const int FileBytesMax = 1024 * 1024;

    private readonly SortedDictionary<string, Entry> known = new(StringComparer.Ordinal);

    public IEnumerable<ServerCertificate> Current =>
        known.Values.Where(entry => entry.Certificate is not null).Select(entry => entry.Certificate!);

    /// <summary>Looks at the directory; true when something changed. Blocks on the disk.</summary>
    public bool Refresh()
    {
        SortedDictionary<string, string> pairs = Find();
        bool changed = false;
        foreach (string gone in known.Keys.Where(path => !pairs.ContainsKey(path)).ToArray())
        {
            changed |= known[gone].Certificate is not null;
            known.Remove(gone);
            Log.Gone(logger, gone);
        }

        foreach ((string chain, string key) in pairs)
        {
            Stamp stamp = Stamp.Of(chain, key);
            known.TryGetValue(chain, out Entry? before);
            if (before?.Stamp == stamp) continue;
            known[chain] = Read(chain, key, stamp, before);
            changed |= known[chain].Certificate != before?.Certificate;
        }

        return changed;
    }

    private Entry Read(string chain, string key, Stamp stamp, Entry? before)
    {
        (ServerCertificate? certificate, string? problem) = Load(chain, key);
        if (certificate is null)
        {
            Log.NotUsed(logger, chain, problem!);
            return new Entry(stamp, before?.Certificate);
        }

        // Another one took its place between the two reads: what was read may be of two pairs, and the next look shows.
        if (Stamp.Of(chain, key) != stamp) return new Entry(default, before?.Certificate);
        Log.Loaded(logger, chain, string.Join(", ", certificate.Hosts), certificate.NotAfter);
        return new Entry(stamp, certificate);
    }

    private static (ServerCertificate? Certificate, string? Problem) Load(string chain, string key)
    {
        try
        {
            if (new FileInfo(chain).Length > FileBytesMax || new FileInfo(key).Length > FileBytesMax)
                return (null, "it is too long for a certificate");
            return ServerCertificate.Load(File.ReadAllText(chain), File.ReadAllText(key), chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Certificate file to key file.</summary>
    private SortedDictionary<string, string> Find()
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (string path in Directory.EnumerateFiles(directory))
            {
                string key = Path.ChangeExtension(path, ".key");
                if (Path.GetExtension(path) is ".crt" or ".pem" && File.Exists(key)) pairs[path] = key;
            }

            foreach (string folder in Directory.EnumerateDirectories(directory))
            {
                string chain = Path.Combine(folder, "fullchain.pem");
                string key = Path.Combine(folder, "privkey.pem");
                if (File.Exists(chain) && File.Exists(key)) pairs[chain] = key;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, directory, e.Message);
            // A directory that cannot be read for a moment takes no certificate away.
            foreach (string path in known.Keys) pairs.TryAdd(path, KeyOf(path));
        }

        return pairs;
    }

    private static string KeyOf(string chain) => Path.GetFileName(chain) == "fullchain.pem"
        ? Path.Combine(Path.GetDirectoryName(chain)!, "privkey.pem")
        : Path.ChangeExtension(chain, ".key");

    private sealed record Entry(Stamp Stamp, ServerCertificate? Certificate);

    /// <summary>What tells that a file is another one than it was.</summary>
    private readonly record struct Stamp(DateTime ChainWritten, long ChainBytes, DateTime KeyWritten, long KeyBytes)
    {
        public static Stamp Of(string chain, string key)
        {
            var first = new FileInfo(chain);
            var second = new FileInfo(key);
            return new Stamp(
                first.LastWriteTimeUtc, first.Exists ? first.Length : -1,
                second.LastWriteTimeUtc, second.Exists ? second.Length : -1);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Information, "{Path}: certificate for {Hosts}, good until {Until:u}")]
        public static partial void Loaded(ILogger logger, string path, string hosts, DateTimeOffset until);

        [LoggerMessage(3102, LogLevel.Error, "{Path} is not used: {Problem}")]
        public static partial void NotUsed(ILogger logger, string path, string problem);

        [LoggerMessage(3103, LogLevel.Information, "{Path} is gone, and its certificate with it")]
        public static partial void Gone(ILogger logger, string path);

        [LoggerMessage(3104, LogLevel.Error, "The certificates in {Directory} cannot be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string directory, string reason);
    }
}
