namespace Flyball.Discovery.Upsync;

/// <summary>A key that stands for an instance.</summary>
internal sealed record ProjectedKey(string Key, UpsyncPeer Peer, long CreateIndex, long ModifyIndex);
