using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Flyball.Base.Codecs;
using Flyball.Base.Disk;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// The last known back ends on disk (docs/formats/back-ends.md): a line with the format and the checksum of what
/// follows, and JSON. Written beside and renamed, so that there is always a whole one.
/// </summary>
internal sealed class KnownBackEnds(IDisk disk, string path)
{
    /// <summary>More is not read.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private const string Mark = "flyball-back-ends 1 ";
    private const int ChecksumChars = 8;

    /// <summary>Empty when there is none; <paramref name="problem"/> says why one that is there is not used.</summary>
    public SortedDictionary<string, BackEndPlace[]> Read(out string? problem)
    {
        problem = null;
        try
        {
            if (!disk.Exists(path)) return [];
            using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
            if (file.Length <= BytesMax)
            {
                var bytes = new byte[file.Length];
                return Parse(bytes.AsSpan(0, file.Read(0, bytes)), out problem);
            }

            problem = $"it has {file.Length} bytes; at most {BytesMax} are read";
        }
        catch (IOException e)
        {
            problem = e.Message;
        }

        return [];
    }

    /// <exception cref="IOException">The disk is full or failed; the file that was there still stands.</exception>
    public void Write(SortedDictionary<string, BackEndPlace[]> known)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            known, KnownBackEndsJson.Default.SortedDictionaryStringBackEndPlaceArray);
        string head = string.Create(CultureInfo.InvariantCulture, $"{Mark}{Crc32C.Of(json):x8}\n");
        string unfinished = path + ".unfinished";
        using (IDiskFile file = disk.Open(unfinished, DiskOpenMode.Truncate))
        {
            file.Write(0, Encoding.ASCII.GetBytes(head));
            file.Write(head.Length, json);
            file.Flush();
        }

        disk.Rename(unfinished, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    private static SortedDictionary<string, BackEndPlace[]> Parse(ReadOnlySpan<byte> bytes, out string? problem)
    {
        int headBytes = Mark.Length + ChecksumChars + 1;
        problem = "it is no such file, or of a newer version";
        if (bytes.Length < headBytes || !bytes.StartsWith(Encoding.ASCII.GetBytes(Mark))) return [];
        ReadOnlySpan<byte> json = bytes[headBytes..];
        problem = "its checksum is wrong";
        string expected = Encoding.ASCII.GetString(bytes.Slice(Mark.Length, ChecksumChars));
        if (expected != Crc32C.Of(json).ToString("x8", CultureInfo.InvariantCulture)) return [];
        try
        {
            problem = null;
            SortedDictionary<string, BackEndPlace[]> read = JsonSerializer.Deserialize(
                json, KnownBackEndsJson.Default.SortedDictionaryStringBackEndPlaceArray) ?? [];
            return read.Values.All(places => Array.TrueForAll(places, IsPlace)) ? read
                : throw new JsonException("it has a place that is none");
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return [];
        }
    }

    private static bool IsPlace(BackEndPlace place) =>
        IPAddress.TryParse(place.Address, out _) && place is { Port: > 0 and <= 65_535, Weight: > 0 };
}

/// <summary>The file's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SortedDictionary<string, BackEndPlace[]>))]
internal sealed partial class KnownBackEndsJson : JsonSerializerContext;
