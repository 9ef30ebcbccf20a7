namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>Takes connections that the loops do not serve.</summary>
internal interface IHandOver
{
    /// <summary>
    /// From now on the descriptor is the receiver's, with the bytes that were read from it and not taken.
    /// </summary>
    void Take(int descriptor, byte[] unread, bool isHttp2);
}
