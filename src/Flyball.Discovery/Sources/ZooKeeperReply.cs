namespace Flyball.Discovery.Sources;

/// <summary>A message from the server: the answer to a request, a ping's, or the word that a watch has fired.</summary>
/// <param name="Xid">The request's number.</param>
/// <param name="Error">0 for none.</param>
/// <param name="Body">What follows the header.</param>
internal readonly record struct ZooKeeperReply(int Xid, int Error, ReadOnlyMemory<byte> Body)
{
    public const int WatchXid = -1;

    public const int PingXid = -2;

    private const int HeaderBytes = 16;

    /// <exception cref="FormatException">It is shorter than a header.</exception>
    public static ZooKeeperReply Read(ReadOnlyMemory<byte> message)
    {
        var reader = new JuteReader(message.Span);
        int xid = reader.ReadInt();
        reader.ReadLong();
        return new ZooKeeperReply(xid, reader.ReadInt(), message[HeaderBytes..]);
    }
}
