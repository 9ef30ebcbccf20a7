using Flyball.Load.Http;

namespace Flyball.Load.Driving;

/// <summary>One connection, and the request on it while there is one.</summary>
internal sealed class LoadConnection(int id)
{
    /// <summary>Answers' heads are at most so long.</summary>
    public const int HeadBytesMax = 16 * 1024;

    /// <summary>Its place in the pool, also the number that the poller knows it by.</summary>
    public int Id => id;

    public int Descriptor { get; set; } = -1;

    public ConnectionState State { get; set; }

    public ResponseParser Parser { get; } = new();

    /// <summary>Received and not consumed yet.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(HeadBytesMax, pinned: true);

    public int Buffered { get; set; }

    /// <summary>Bytes of the request that have left.</summary>
    public int Sent { get; set; }

    /// <summary>Whether it has carried a request to its end: a server may have closed it since.</summary>
    public bool IsReused { get; set; }

    /// <summary>Whether something of the answer is here.</summary>
    public bool HasAnswer { get; set; }

    /// <summary>The request on it.</summary>
    public DueRequest Request { get; set; }

    /// <summary>When it began to leave, nanoseconds.</summary>
    public long SentAt { get; set; }

    /// <summary>Neighbours among the busy ones, in the order of their intended times.</summary>
    public LoadConnection? Before { get; set; }

    public LoadConnection? After { get; set; }
}
