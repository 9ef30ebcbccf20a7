using System.Text;
using Flyball.Base.Disk;
using Flyball.Base.Ids;

namespace Flyball.Agent.Nodes;

/// <summary>The node's id: chosen at the agent's first start and kept in <c>{data}/node-id</c>.</summary>
internal static class NodeIdentity
{
    /// <exception cref="InvalidDataException">The file is damaged; a new id would orphan what runs here.</exception>
    public static string LoadOrCreate(IDisk disk, string dataDirectory, IdSource ids)
    {
        disk.CreateDirectory(dataDirectory);
        string path = Path.Combine(dataDirectory, "node-id");
        if (disk.Exists(path))
        {
            using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
            var bytes = new byte[file.Length];
            string id = Encoding.ASCII.GetString(bytes, 0, file.Read(0, bytes)).Trim();
            return id.Length > 0 ? id : throw new InvalidDataException($"FATAL: {path} is empty.");
        }

        string fresh = ids.Next();
        using (IDiskFile file = disk.Open(path + ".new", DiskOpenMode.Truncate))
        {
            file.Write(0, Encoding.ASCII.GetBytes(fresh + "\n"));
            file.Flush();
        }

        disk.Rename(path + ".new", path);
        disk.SyncDirectory(dataDirectory);
        return fresh;
    }
}
