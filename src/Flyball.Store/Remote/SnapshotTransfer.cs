using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts.Store.Wire;

namespace Flyball.Store.Remote;

/// <summary>Gathers the messages of one snapshot. Until the last one came, the reader keeps what it has.</summary>
internal sealed class SnapshotTransfer(long bytesMax)
{
    private List<StoredResource>? rows;
    private long bytes;

    public bool IsOpen => rows is not null;

    /// <summary>The snapshot when this was its last message, else null.</summary>
    /// <exception cref="TransportException">The server breaks the protocol, or sends more than the bound.</exception>
    public ResourceSnapshot? Add(WatchResponse message)
    {
        if (message.SnapshotBegin) (rows, bytes) = ([], 0);
        if (rows is null) throw new TransportException("The end of a snapshot came without its beginning.");
        foreach (WatchedChange wire in message.Changes)
        {
            bytes += wire.Value.Length;
            if (bytes > bytesMax)
                throw new TransportException($"SnapshotBytesMax: more than {bytesMax} bytes.", refused: true);
            if (WireChanges.FromWire(wire).Current is { } row) rows.Add(row);
        }

        if (!message.SnapshotEnd) return null;
        var snapshot = ResourceSnapshot.From(rows, new Revision(message.ThroughRevision));
        rows = null;
        return snapshot;
    }
}
