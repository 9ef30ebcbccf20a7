using System.Text.Json;
using Flyball.Base.Disk;

namespace Flyball.Agent.Allocations;

/// <summary>
/// The records in <c>{data}/allocations/{id}.json</c>: written aside, flushed, renamed, so always whole.
/// </summary>
internal sealed class AllocationFiles(IDisk disk, string directory)
{
    /// <summary>An allocation's own directory beside its record.</summary>
    public string DirectoryOf(string allocation) => Path.Combine(directory, allocation);

    public void Save(AllocationRecord record)
    {
        string path = PathOf(record.Allocation.Id);
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(record, AgentJson.Default.AllocationRecord);
        using (IDiskFile file = disk.Open(path + ".new", DiskOpenMode.Truncate))
        {
            file.Write(0, bytes);
            file.Flush();
        }

        disk.Rename(path + ".new", path);
        disk.SyncDirectory(directory);
    }

    /// <summary>Makes the directories of a new allocation and its first record.</summary>
    public void Prepare(AllocationRecord record)
    {
        disk.CreateDirectory(directory);
        disk.CreateDirectory(DirectoryOf(record.Allocation.Id));
        Save(record);
    }

    public void Delete(string allocation)
    {
        disk.Delete(PathOf(allocation));
        disk.SyncDirectory(directory);
    }

    /// <summary>Every record, by id.</summary>
    /// <exception cref="InvalidDataException">A record is damaged: going on could start a duplicate.</exception>
    public IReadOnlyList<AllocationRecord> LoadAll()
    {
        disk.CreateDirectory(directory);
        var records = new List<AllocationRecord>();
        foreach (string name in disk.List(directory))
        {
            if (!name.EndsWith(".json", StringComparison.Ordinal)) continue;
            using IDiskFile file = disk.Open(Path.Combine(directory, name), DiskOpenMode.Read);
            var bytes = new byte[file.Length];
            int read = file.Read(0, bytes);
            records.Add(Parse(name, bytes.AsSpan(0, read)));
        }

        return records;
    }

    private static AllocationRecord Parse(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            AllocationRecord? record = JsonSerializer.Deserialize(bytes, AgentJson.Default.AllocationRecord);
            if (record is { Format: 1 }) return record;
            throw new InvalidDataException(
                $"FATAL: {name} has the format {record?.Format}, which this agent does not know.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"FATAL: {name} is damaged: {e.Message}", e);
        }
    }

    private string PathOf(string allocation) => Path.Combine(directory, allocation + ".json");
}
