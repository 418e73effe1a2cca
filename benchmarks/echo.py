"""The baseline of the HTTP part: an idiomatic FastAPI echo, pydantic in and out."""

from fastapi import FastAPI
from pydantic import BaseModel, Field


class Comment(BaseModel):
    """The same JSON that the text check receives."""

    content: str = Field(min_length=1, max_length=2500)
    version: int = 2
    scene: int = 2
    openid: str = ""


app = FastAPI()


@app.post("/echo")
async def echo(comment: Comment) -> Comment:
    """Validate, serialise, nothing else."""
    return comment
