using Flyball.Contracts.Apis;

namespace Flyball.Scheduling.Compose;

/// <summary>What a service says of its API, with the document where one was given.</summary>
/// <param name="Source">Its digest is that of <paramref name="Document"/>.</param>
/// <param name="File">The document's path as it is told to people; null for one that is fetched.</param>
/// <param name="Document">Null for one that is fetched.</param>
internal sealed record ComposeApi(ApiSource Source, string? File, byte[]? Document);
