namespace Flyball.Contracts.Apis;

/// <summary>Says what is wrong with an OpenAPI document before it is taken.</summary>
public interface IApiDocumentCheck
{
    /// <summary>Nothing for a good one. Never throws for what is in the bytes; the time it takes is bounded.</summary>
    IReadOnlyList<ApiDocumentFault> Check(ReadOnlyMemory<byte> document);
}
