using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Ids;

namespace Flyball.Gateway.Sessions;

/// <summary>The gateway's id: chosen at its first start and kept in its data directory.</summary>
internal sealed class GatewayIdentity
{
    private const string FileName = "gateway-id";

    /// <summary>An id's length (see <see cref="IdSource"/>).</summary>
    private const int IdLength = 26;

    private GatewayIdentity(string id) => Id = id;

    public string Id { get; }

    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static GatewayIdentity Load(IDisk disk, string directory, IdSource ids)
    {
        disk.CreateDirectory(directory);
        string path = Path.Combine(directory, FileName);
        if (disk.Exists(path) && Read(disk, path) is { } known) return new GatewayIdentity(known);

        string fresh = ids.Next();
        string draft = path + ".new";
        using (IDiskFile file = disk.Open(draft, DiskOpenMode.Truncate))
        {
            file.Write(0, Encoding.ASCII.GetBytes(fresh));
            file.Flush();
        }

        disk.Rename(draft, path);
        disk.SyncDirectory(directory);
        return new GatewayIdentity(fresh);
    }

    /// <summary>Null when the file holds no id: whoever emptied it gets a new gateway.</summary>
    private static string? Read(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
        Span<byte> bytes = stackalloc byte[IdLength];
        if (file.Read(0, bytes) != IdLength) return null;
        foreach (byte one in bytes)
        {
            if (!char.IsAsciiLetterOrDigit((char)one)) return null;
        }

        return Encoding.ASCII.GetString(bytes);
    }
}
